#include <doctest/doctest.h>

#include <cerrno>

#include "exec/process.hpp"

using namespace mlip::exec;

TEST_CASE("programs are found in PATH or by a path with a slash") {
  CHECK(find_program("sh").has_value());
  CHECK(find_program("sh")->is_absolute());
  CHECK(find_program("/bin/sh").value() == "/bin/sh");
}

TEST_CASE("what is no program is not found") {
  CHECK_FALSE(find_program("no-such-program-anywhere"));
  CHECK_FALSE(find_program(""));
  CHECK_FALSE(find_program("/bin"));
  CHECK_FALSE(find_program("/etc/passwd"));
}

TEST_CASE("a missing program is a completion that never started") {
  Command command;
  command.argv = {"no-such-program-anywhere"};
  const Completion completion = run(command);
  CHECK(completion.end == Completion::End::not_started);
  CHECK(completion.code == ENOENT);
}

TEST_CASE("streams that cannot be opened keep the program from starting") {
  Command command;
  command.argv = {"/bin/true"};
  command.standard_input = "/no/such/file";
  CHECK(run(command).end == Completion::End::not_started);
}
