#include "core/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace mlip::core;

TEST_CASE("a result holds a value or a reason") {
  const Result<int> good = 3;
  REQUIRE(good);
  CHECK(good.value() == 3);
  const Result<int> bad = Failure{"no convergence in 100 steps"};
  REQUIRE_FALSE(bad);
  CHECK(bad.reason() == "no convergence in 100 steps");
}

TEST_CASE("a value can be moved out and changed") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(4);
  *result.value() = 5;
  const std::unique_ptr<int> taken = std::move(result.value());
  CHECK(*taken == 5);
}

TEST_CASE("a result of text tells value from reason") {
  const Result<std::string> text = std::string("value");
  CHECK(text.value() == "value");
  const Result<std::string> none = Failure{"reason"};
  CHECK_FALSE(none);
}

TEST_CASE("errors carry where, what, remedy and exit code") {
  const UserError error = bad_input("input.yaml", 7, "unknown key 'elemnts'", "write 'elements'");
  CHECK(std::string(error.what()) == "input.yaml:7: unknown key 'elemnts'");
  CHECK(error.remedy() == "write 'elements'");
  CHECK(error.code() == ExitCode::bad_input);
  CHECK(static_cast<int>(ExitCode::missing_tool) == 3);
}
