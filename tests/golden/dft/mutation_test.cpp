// Damaged files must never bring a parser down, nor give labels that are not finite.
#include <doctest/doctest.h>

#include <cmath>

#include "core/seed.hpp"
#include "real_run.hpp"

using namespace real_run;

namespace {

std::string mutated(std::string text, std::mt19937_64& engine) {
  const auto below = [&engine](std::size_t n) {
    return static_cast<std::size_t>(core::uniform(engine) * static_cast<double>(n));
  };
  static const std::string pieces[] = {"NaN",  "****", "-",   "1e400", "<",  ">",    "/>",
                                       "\n\n", "0",    "e99", "\xff",  "\"", "true", "</output>"};
  for (std::size_t change = 1 + below(4); change > 0 && !text.empty(); --change) {
    const std::size_t at = below(text.size()), length = below(200);
    switch (below(4)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, pieces[below(std::size(pieces))]);
        break;
      case 2:
        text[at] = static_cast<char>(below(256));
        break;
      default:
        text.insert(at, text.substr(below(text.size()), length));
        break;
    }
  }
  return text;
}

bool finite(const std::optional<double>& value) {
  return !value || std::isfinite(*value);
}

template <class Vectors>
bool all_finite(const Vectors& vectors) {
  for (const auto& vector : vectors)
    if (!vector.allFinite()) return false;
  return true;
}

}  // namespace

TEST_CASE("mutated XML") {
  auto engine = core::random_engine(1, "mutation", 1);
  int still_whole = 0;
  for (const char* run : {"00_ok", "20_Ni2_uspp_2.0A", "01_maxstep2"}) {
    const std::string original = read(run, "x.xml");
    for (int i = 0; i < 400; ++i) {
      const auto xml = parse_xml(mutated(original, engine));
      if (!xml) continue;
      ++still_whole;
      CHECK(finite(xml->energy));
      CHECK(all_finite(xml->forces));
      CHECK((!xml->stress || xml->stress->allFinite()));
      CHECK(core::is_finite(xml->structure));
      CHECK_FALSE(std::isnan(xml->scf_error_ry));
    }
  }
  CHECK(still_whole > 100);
}

TEST_CASE("mutated text") {
  auto engine = core::random_engine(1, "mutation", 2);
  for (const char* run : {"00_ok", "20_Ni2_uspp_2.0A", "07_nbnd_too_few_smear"}) {
    const std::string original = read(run, "pw.out");
    for (int i = 0; i < 400; ++i) {
      const auto text = parse_text(mutated(original, engine));
      CHECK(finite(text.energy));
      CHECK(all_finite(text.forces));
      CHECK((!text.stress || text.stress->allFinite()));
      CHECK(finite(convergence_slope(text.accuracies_ry)));
    }
  }
}

TEST_CASE("a mutated run is diagnosed, whatever it says") {
  auto engine = core::random_engine(1, "mutation", 3);
  auto good = files("00_ok", exec::Completion::End::exited, 0);
  int accepted = 0;
  for (int i = 0; i < 300; ++i) {
    auto run = good;
    run.standard_output = mutated(run.standard_output, engine);
    run.xml = mutated(run.xml, engine);
    const auto diagnosis = diagnose(run);
    accepted += diagnosis.fault == Fault::none ? 1 : 0;
    CHECK(diagnosis.detail.size() <= 220);
  }
  CHECK(accepted < 300);
}
