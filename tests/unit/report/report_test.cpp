#include "report/report.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <limits>
#include <set>

#include "core/file.hpp"
#include "realistic_run.hpp"
#include "report/facts.hpp"

using namespace mlip;
using namespace mlip::report::test;
using store::Database;

namespace {

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size()))
    ++count;
  return count;
}

Json realistic_report() {
  const Folder folder;
  make_realistic_run(folder.file());
  return report::build_report(Database(folder.file(), Database::Mode::read_only));
}

}  // namespace

TEST_CASE("the report holds the documented keys") {
  const Json report = realistic_report();
  CHECK(report["wall_s"] == 6732.4);
  CHECK(report["engine_busy_fraction"] == 0.913);
  CHECK(report["stop_reason"] == "targets reached");
  CHECK(report["labels"]["accepted"] == 131);
  CHECK(report["labels"]["failed"] == 1);
  CHECK(report["labels"]["candidates"] == 12);
  CHECK(report["labels"]["dropped"] == 6);
  REQUIRE(report["generations"].size() == 5);
  const Json& generation = report["generations"][3];
  CHECK(generation["generation"] == 4);
  CHECK(generation["labels"] == 96);
  CHECK(generation["new_labels"] == 30);
  CHECK(generation["holdout"]["energy_rmse_meV_per_atom"] == 2.2);
  CHECK(generation["holdout"]["force_rmse_meV_per_A"] == 44);
  CHECK(generation["holdout"]["stress_rmse_GPa"] == 0.33);
  CHECK(generation["potential"]["yace"] == "generations/004/potential.yace");
  CHECK(report["best_generation"] == 4);
  CHECK(report["guards"][1]["name"] == "energy drift");
  CHECK(report["properties"][0]["name"] == "lattice_constant");
  CHECK(report["properties"][0]["error_percent"].get<double>() ==
        doctest::Approx(100 * 0.005 / 3.566));
  CHECK_FALSE(report["properties"][3].contains("reference"));
  CHECK(report["gamma"].size() == 8);
  CHECK(report["eos"]["dft"]["fit"]["B"] == 179.4);
  CHECK(report["parity"]["force"].size() == 500);
  CHECK(report["provenance"]["seed"] == 20240611);
  CHECK(report["provenance"]["levels_of_theory"] == Json::array({"pbe-4f2a91c07d31e5b8"}));
  CHECK(report["missing"].empty());
}

TEST_CASE("remedies are counted by fault, change and outcome") {
  const Json dft = realistic_report()["dft"];
  const auto count = [&](const char* fault, const char* remedy, const char* outcome) {
    for (const Json& row : dft["remedies"])
      if (row["fault"] == fault && row["remedy"] == remedy && row["outcome"] == outcome)
        return row["count"].get<int>();
    return 0;
  };
  CHECK(count("scf_not_converged", "mixing_beta 0.3", "healed") == 12);
  CHECK(count("scf_not_converged", "mixing_beta 0.3", "then diagonalisation_failed") == 6);
  CHECK(count("diagonalisation_failed", "diagonalization cg", "healed") == 6);
  CHECK(count("time_limit", "more_time", "then time_limit") == 1);
  CHECK(count("time_limit", "", "given up") == 1);
  CHECK(dft["remedies"].size() == 5);
  CHECK(dft["given_up"].size() == 1);
  CHECK(dft["given_up"][0]["detail"] == "killed after 1800 s");
  CHECK(dft["seconds_per_structure"].size() == 132);
  CHECK(dft["attempts"] == 132 + 12 + 2 * 6 + 1);
}

TEST_CASE("what healed what: tries, successes and seconds, the best remedy first") {
  const auto attempt = [](const char* fault, const char* remedy, double seconds) {
    return core::Attempt{fault, remedy, seconds, 10, ""};
  };
  std::vector<store::Record> records(4);
  records[0].outcome.attempts = {attempt("not converged", "", 30),
                                 attempt("not converged", "beta 0.3", 40),
                                 attempt("none", "local-TF", 50)};
  records[1].outcome.attempts = {attempt("not converged", "", 30), attempt("none", "local-TF", 60)};
  records[2].outcome.attempts = {attempt("killed", "", 5), attempt("killed", "once more", 6)};
  records[3].outcome.attempts = {attempt("none", "", 20)};
  Json report = realistic_report();
  report["dft"]["healing"] = report::dft_facts(records)["healing"];
  CHECK(report["dft"]["healing"] == Json::parse(R"([
    {"fault": "killed", "remedy": "once more", "tries": 1, "successes": 0, "seconds": 6.0},
    {"fault": "not converged", "remedy": "local-TF", "tries": 2, "successes": 2, "seconds": 110.0},
    {"fault": "not converged", "remedy": "beta 0.3", "tries": 1, "successes": 0, "seconds": 40.0}
  ])"));
  const std::string page = report::render_html(report);
  const auto begin = page.find("Faults and remedies");
  REQUIRE(begin != std::string::npos);
  const std::string panel = page.substr(begin, page.find("</div>", begin) - begin);
  for (const char* cell : {"local-TF", ">2<", "100 %", ">0 %<", "once more", "110 s", "given up"})
    CHECK_MESSAGE(panel.find(cell) != std::string::npos, cell, panel);
  CHECK(page.find("Faults and remedies", begin + 1) == std::string::npos);
}

TEST_CASE("magnetic orders are counted, and the labels that were reviewed and moved") {
  const auto label = [](std::vector<double> moments, const std::vector<const char*>& faults) {
    store::Record record;
    record.state = store::State::labeled;
    record.outcome.labels.magnetic_moments = std::move(moments);
    for (const char* fault : faults) record.outcome.attempts.push_back({fault, "", 1, 1, ""});
    return record;
  };
  std::vector<store::Record> records = {
      label({2.2, 2.2}, {"none"}), label({2.2, 2.2}, {"magnetic state", "none"}),
      label({0, 0}, {"none", "magnetic state"}), label({2, -2}, {"not converged", "none"})};
  const Json facts = report::magnetism_facts(records);
  CHECK(facts["orders"] == Json::parse(R"({"ferromagnetic": 2, "nonmagnetic": 1,
                                           "antiferromagnetic": 1})"));
  CHECK(facts["reviewed"] == 2);
  CHECK(facts["moved"] == 1);
  records = {label({}, {"none"})};
  CHECK(report::magnetism_facts(records).is_null());
  Json report = realistic_report();
  CHECK(report::render_html(report).find("Magnetic states") == std::string::npos);
  report["dft"]["magnetism"] = facts;
  const std::string page = report::render_html(report);
  CHECK(page.find("2 labels off their neighbours' branch") != std::string::npos);
  CHECK(page.find("1 of them moved") != std::string::npos);
}

TEST_CASE("the noise of labels is told with what it cost, where it was measured") {
  const Folder folder;
  make_realistic_run(folder.file());
  Database database(folder.file());
  CHECK(report::build_report(database)["dft"]["noise"].is_null());
  database.put_document("noise/3", R"({"accepted": true, "seconds": 40.5})");
  database.put_document("noise/7", R"({"accepted": false, "seconds": 20})");
  database.put_document("noise", R"({"structures": 3, "energy_meV_per_atom": 0.81,
      "force_meV_per_A": 4.2, "stress_GPa": 0.13, "virial_meV_per_atom": 9})");
  const Json report = report::build_report(database);
  CHECK(report["dft"]["noise"]["seconds"] == 60.5);
  const std::string page = report::render_html(report);
  CHECK(page.find("Noise of the labels") != std::string::npos);
  CHECK(page.find("0.810 meV/atom") != std::string::npos);
}

TEST_CASE("the page has all sections and no address of another place") {
  const std::string page = report::render_html(realistic_report());
  for (const char* id : {"errors", "validation", "exploration", "labels", "dft", "provenance"})
    CHECK(page.find("<section id=\"" + std::string(id) + "\"") != std::string::npos);
  CHECK(page.find("id=\"missing\"") == std::string::npos);
  CHECK(times(page, "<svg") == 3 + 3 + 1 + 4 + 2 + 1);
  CHECK(times(page, "<svg") == times(page, "</svg>"));
  CHECK(page.find("All targets met") != std::string::npos);
  CHECK(page.find("http") == std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("\"nan") == std::string::npos);
  CHECK(page.find("&lt;b&gt;cores") != std::string::npos);
}

TEST_CASE("an empty database gives a page that says what is missing") {
  const Folder folder;
  Database database(folder.file());
  const Json report = report::build_report(database);
  CHECK(report["stop_reason"].is_null());
  CHECK(report["missing"].size() == 7);
  const std::string page = report::render_html(report);
  CHECK(page.find("Still running") != std::string::npos);
  CHECK(page.find("No potential has been fitted yet") != std::string::npos);
  CHECK(times(page, "<svg") == 0);
}

TEST_CASE("damaged and hostile documents neither break the page nor get into it") {
  const Folder folder;
  Database database(folder.file());
  const std::string evil = "<script>alert(1)</script>\"'&\xff";
  database.put_document("run", Json{{"name", evil.substr(0, 28)},
                                    {"elements", 5},
                                    {"wall_s", "long"},
                                    {"targets", {1, 2}},
                                    {"started", 1e300},
                                    {"guards", {3, {{"name", evil.substr(0, 28)}, {"held", "no"}}}},
                                    {"stop_reason", {1}}}
                                   .dump());
  database.put_document("config", "no json");
  database.put_document(
      "eos",
      R"({"dft": {"points": [[1], "x", [1, null], [16, -3], [17, -3.1]], "fit": []}, "potential": 7})");
  database.put_document(
      "gamma/1/0",
      R"({"samples": [[0, 0], [1, "x"], [], 5], "threshold": -1, "temperature": [1]})");
  database.put_document("gamma/x", "{}");
  database.put_document("gamma/2/0", "[]");
  database.add_version({1, evil, "broken", "", "", ""});
  database.add_version(
      {2, "",
       R"({"holdout": 3, "train": {"energy_rmse_meV_per_atom": -1}, "parity": [1], "labels": [2]})",
       "", "", ""});
  database.add_property({evil, evil, std::numeric_limits<double>::quiet_NaN(), 0, 1});
  store::Record record;
  record.candidate.structure = cell(1);
  record.candidate.config_type = evil;
  record.state = store::State::failed;
  record.outcome.attempts = {{evil, "", -1, 0, evil}};
  REQUIRE(database.add(record));
  const std::string page = report::render_html(report::build_report(database));
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("&lt;script&gt;") != std::string::npos);
  CHECK(page.find('\xff') == std::string::npos);
}

TEST_CASE("the files are written beside each other") {
  const Folder folder;
  make_realistic_run(folder.file());
  report::write_report(Database(folder.file(), Database::Mode::read_only), folder.path);
  CHECK(Json::parse(core::read_file(folder.path / "report.json"))["labels"]["accepted"] == 131);
  const std::string page = core::read_file(folder.path / "report.html");
  CHECK(page.substr(0, 15) == "<!doctype html>");
  const std::string gallery = core::read_file(folder.path / "gallery.html");
  const auto kinds =
      report::build_report(Database(folder.file(), Database::Mode::read_only))["gallery"]["kinds"];
  REQUIRE(kinds.size() > 1);
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    CHECK(page.find(fmt::format("href=\"gallery.html#kind{}\"", k)) != std::string::npos);
    CHECK(gallery.find(fmt::format("<section id=\"kind{}\"><h2>{}</h2>", k,
                                   kinds[k]["name"].get<std::string>())) != std::string::npos);
  }
  CHECK(gallery.find("class=\"picture\"") != std::string::npos);
  CHECK(gallery.find("labeled, generation ") != std::string::npos);
}

TEST_CASE("without structures there is no gallery and no link to one") {
  const Folder folder;
  Database database(folder.file());
  report::write_report(database, folder.path);
  CHECK_FALSE(std::filesystem::exists(folder.path / "gallery.html"));
  CHECK(core::read_file(folder.path / "report.html").find("gallery") == std::string::npos);
}

TEST_CASE("the published potential is the run's, before that the latest") {
  const Folder folder;
  Database database(folder.file());
  database.add_version({1, "a", Json{{"holdout", errors(1, 1, 1)}}.dump(), "", "", ""});
  database.add_version({2, "b", Json{{"holdout", errors(2, 2, 2)}}.dump(), "", "", ""});
  CHECK(report::build_report(database)["best_generation"] == 2);
  database.put_document("run", Json{{"published_generation", 1}}.dump());
  CHECK(report::build_report(database)["best_generation"] == 1);
  database.put_document("run", Json{{"published_generation", "?"}}.dump());
  CHECK(report::build_report(database)["best_generation"] == 2);
}

namespace {

/// Keys of objects, at any depth; the keys of counts by kind are names, not keys.
void collect_keys(const Json& json, std::set<std::string>& keys) {
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) keys.insert(key);
    if (key != "by_config_type" && key != "seconds") collect_keys(value, keys);
  }
}

}  // namespace

TEST_CASE("every key of report.json is documented") {
  const std::string page = core::read_file(TEST_DATA "/../../docs/report.md");
  std::set<std::string> keys;
  collect_keys(realistic_report(), keys);
  CHECK(keys.size() > 60);
  for (const std::string& key : keys) {
    CAPTURE(key);
    const bool found = page.find("`" + key + "`") != std::string::npos ||
                       page.find("`" + key + "[]`") != std::string::npos;
    CHECK(found);
  }
}

TEST_CASE("the page names pseudopotentials and every level of theory there is") {
  Json report = realistic_report();
  report["provenance"]["levels_of_theory"] = {"first", "second"};
  const auto shows = [&](const Json& value, const std::string& words) {
    report["provenance"]["pseudopotentials"] = value;
    return report::render_html(report).find(words) != std::string::npos;
  };
  CHECK(shows({{"Al", "Al.upf"}, {"Ni", 5}}, "Al: Al.upf, Ni: 5"));
  CHECK(shows(Json::array({"Al.upf", "Ni.upf"}), "Al.upf, Ni.upf"));
  CHECK(shows("one family", "one family"));
  CHECK(shows(nullptr, "first, second"));
}

TEST_CASE("a run without faults says so") {
  Json report = realistic_report();
  report["dft"]["remedies"] = report["dft"]["healing"] = Json::array();
  CHECK(report::render_html(report).find("succeeded at its first attempt") != std::string::npos);
}

TEST_CASE("the page shows the properties of the run's potential, not of a later one") {
  const Folder folder;
  Database database(folder.file());
  database.put_document("run", Json{{"published_generation", 1}}.dump());
  for (int generation : {0, 1, 2})
    database.add_version({generation, "",
                          Json{{"holdout", errors(generation == 1 ? 1 : 9, 9, 9)}}.dump(), "", "",
                          ""});
  for (int generation : {0, 1, 2})
    database.add_property({"a0", "Å", 4.0 + 0.01 * generation, 4.0, generation});
  database.add_property({"B", "GPa", 70, std::nullopt, 0});
  database.add_property({"B", "GPa", 80, std::nullopt, 2});
  const std::string page = report::render_html(report::build_report(database));
  CHECK(page.find("4.01000") != std::string::npos);
  CHECK(page.find("4.02000") == std::string::npos);
  CHECK(page.find("80.0000") != std::string::npos);
}
