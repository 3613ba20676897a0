#include <doctest/doctest.h>

#include "config/options.hpp"
#include "core/error.hpp"
#include "core/seed.hpp"

using namespace mlip;

namespace {

struct FuzzedPart {
  double size = 1;
  std::vector<int> counts;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("size", size, "Å", "size");
    visit.field("counts", counts, "", "counts");
  }
};

struct Subject {
  std::string name;
  std::map<std::string, double> shares;
  std::vector<FuzzedPart> parts;
  std::optional<std::uint64_t> seed;
  bool flag = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.required("name", name, "", "name");
    visit.field("shares", shares, "", "shares");
    visit.field("parts", parts, "", "parts");
    visit.field("seed", seed, "", "seed");
    visit.field("flag", flag, "", "flag");
  }
};

const std::string fuzzed_sample = R"(# a comment
name: "some text"
shares: {Fe: 0.5, Ni: 5.0e-1}
parts:
  - size: 1.5 nm
    counts: [1, 2, 3]
  - {size: 2}
seed: 12345
flag: true
)";

std::string mutated(std::mt19937_64& engine) {
  static const std::string pieces[] = {
      "[",     "]",     "{",  "}",  ":",    "- ", "\n",   "\t",           "&a ", "*a",
      "!!",    "? ",    "| ", "> ", "\"",   "'",  "#",    "---\n",        "...", "\xff",
      "\x00x", "1e999", "%",  "@",  "null", "  ", "\r\n", "\xef\xbb\xbf", "<<: "};
  std::string text = fuzzed_sample;
  const std::size_t edits = 1 + engine() % 6;
  for (std::size_t k = 0; k < edits; ++k) {
    const std::size_t at = engine() % (text.size() + 1);
    switch (engine() % 4) {
      case 0:
        text.insert(at, pieces[engine() % std::size(pieces)]);
        break;
      case 1:
        text.erase(at, 1 + engine() % 9);
        break;
      case 2:
        text.insert(at, text.substr(engine() % text.size(), engine() % 30));
        break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(engine());
    }
    if (text.empty()) text = "a";
  }
  return text;
}

}  // namespace

TEST_CASE("garbage is read or refused, never more") {
  auto engine = core::random_engine(7, "config fuzz");
  int read = 0, refused = 0;
  for (int k = 0; k < 20000; ++k) {
    const std::string text = mutated(engine);
    CAPTURE(text);
    try {
      const auto subject = config::read_text<Subject>(text, "in.yaml");
      // What was read can be written and read again.
      const std::string dumped = config::dump(subject);
      CHECK(config::dump(config::read_text<Subject>(dumped, "dump")) == dumped);
      ++read;
    } catch (const core::UserError& error) {
      CHECK(std::string(error.what()).starts_with("in.yaml:"));
      ++refused;
    }
  }
  CHECK(read > 100);
  CHECK(refused > 1000);
}
