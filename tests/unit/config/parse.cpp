#include <doctest/doctest.h>

#include <chrono>

#include "config/node.hpp"
#include "core/error.hpp"

using namespace mlip;
using config::Node;

namespace {

/// What is wrong with the text, or "".
std::string told(const std::string& text) {
  config::Problems problems("in.yaml");
  try {
    (void)config::parse(text, problems);
    problems.throw_any();
  } catch (const core::UserError& error) {
    return error.what();
  }
  return "";
}

std::string repeated(const std::string& text, int count) {
  std::string result;
  for (int k = 0; k < count; ++k) result += text;
  return result;
}

}  // namespace

TEST_CASE("lines are those of the keys") {
  config::Problems problems("in.yaml");
  const Node root = config::parse("a:\n  b: 1\n\n  c:\n    - x\n    - 'y'\n", problems);
  CHECK(problems.empty());
  CHECK(root.find("a")->line == 1);
  CHECK(root.find_path("a.b")->line == 2);
  CHECK(root.find_path("a.c")->line == 4);
  CHECK(root.find_path("a.c")->items[1].line == 6);
  CHECK(root.find_path("a.c")->items[1].quoted);
  CHECK_FALSE(root.find_path("a.c")->items[0].quoted);
  CHECK(root.find_path("a.d") == nullptr);
  CHECK(root.find_path("a.b.c") == nullptr);
}

TEST_CASE("what is no YAML is told with its line") {
  CHECK(told("a: 1\nb: [1, 2\n").starts_with("in.yaml:"));
  CHECK(told("a: 1\n\tb: 2\n").starts_with("in.yaml:2: "));
  CHECK(told("a: b: c\n").starts_with("in.yaml:1: "));
}

TEST_CASE("anchors, aliases, tags, odd keys and second documents are refused") {
  CHECK(told("a: &x 1\nb: *x\n") ==
        "in.yaml:1: anchors ('&name') are not accepted: write the value out\n"
        "in.yaml:2: aliases ('*name') are not accepted: write the value out");
  CHECK(told("a: !!int 3\n") == "in.yaml:1: tags ('tag:yaml.org,2002:int') are not accepted");
  CHECK(told("[1, 2]: 3\n") == "in.yaml:1: a key must be a word");
  CHECK(told("? {a: 1}\n: 3\n") == "in.yaml:1: a key must be a word");
  CHECK(told("a: 1\n---\nb: 2\n") == "in.yaml:1: more than one document ('---') in the file");
  CHECK(told("a: 1\n") == "");
}

TEST_CASE("bombs end at once") {
  using clock = std::chrono::steady_clock;
  const auto start = clock::now();
  std::string bomb = "a0: &a0 [x]\n";
  for (int k = 1; k < 40; ++k) {
    const std::string last = "*a" + std::to_string(k - 1);
    bomb += "a" + std::to_string(k) + ": &a" + std::to_string(k) + " [" + last + "," + last + "]\n";
  }
  CHECK(told(bomb).find("aliases") != std::string::npos);
  CHECK(told("a: &a [*a]\n").find("aliases") != std::string::npos);
  CHECK(told(repeated("[", 100000)) == "in.yaml:1: nested deeper than 32 levels");
  CHECK(told(repeated("{a: ", 100000)) == "in.yaml:1: nested deeper than 32 levels");
  CHECK(told(repeated("- ", 100000)) == "in.yaml:1: nested deeper than 32 levels");
  CHECK(told(repeated("? ", 100000)) == "in.yaml:1: nested deeper than 32 levels");
  CHECK(told(std::string((1 << 20) + 1, 'a')) ==
        "in.yaml:1: larger than 1 MiB: no input of this program");
  CHECK(std::chrono::duration<double>(clock::now() - start).count() < 20);
}
