#include "dft/espresso/sssp_library.hpp"

#include <doctest/doctest.h>

using mlip::dft::espresso::source_of_suite;

TEST_CASE("the stanza of the release's main archive gets another suite, its host and key stay") {
  const std::string sources =
      "# security first\nTypes: deb\nURIs: http://archive.example/debian-security\n"
      "Suites: bookworm-security\nComponents: main\n\n"
      "Types: deb deb-src\nURIs: http://archive.example/debian\n"
      "Suites: bookworm bookworm-updates\nComponents: main contrib\n"
      "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n";
  CHECK(source_of_suite(sources, true, "trixie") ==
        "Types: deb\nSuites: trixie\nComponents: main\nURIs: http://archive.example/debian\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n");
}

TEST_CASE("a line with or without options, not one of updates, sources or comments") {
  const std::string before =
      "# deb http://old.example/debian bookworm main\n"
      "deb-src http://archive.example/debian bookworm main\n"
      "deb http://archive.example/debian bookworm-updates main\n";
  CHECK(source_of_suite(before + "deb http://archive.example/debian bookworm main non-free\n",
                        false, "trixie") == "deb http://archive.example/debian trixie main\n");
  CHECK(source_of_suite("deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian bookworm main",
                        false, "trixie") ==
        "deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian trixie main\n");
  CHECK_FALSE(source_of_suite(before, false, "trixie"));
}

TEST_CASE("what names no archive gives none") {
  for (const char* text : {"", "\n\n", "deb", "deb [a", "deb [a] http://x", "Types:\n\nSuites:\n"})
    for (const bool stanzas : {false, true}) CHECK_FALSE(source_of_suite(text, stanzas, "trixie"));
}
