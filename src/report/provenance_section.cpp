#include <fmt/format.h>

#include "report/sections.hpp"

namespace mlip::report {

namespace {

class Definitions {
 public:
  void add(const std::string& term, const std::string& value) {
    if (!value.empty()) html_ += fmt::format("<dt>{}</dt><dd>{}</dd>", escape(term), escape(value));
  }
  [[nodiscard]] std::string html() const { return html_.empty() ? "" : "<dl>" + html_ + "</dl>"; }

 private:
  std::string html_;
};

std::string joined(const Json& list) {
  std::string line;
  for (const Json& item : list) {
    const std::string word = item.is_string() ? item.get<std::string>() : item.dump();
    line += (line.empty() ? "" : ", ") + word;
  }
  return line;
}

std::string pseudopotentials(const Json& facts) {
  const Json& value = child(facts, "pseudopotentials");
  if (!value.is_object()) return value.is_array() ? joined(value) : text(facts, "pseudopotentials");
  std::string line;
  for (const auto& [element, file] : value.items())
    line += (line.empty() ? "" : ", ") + element + ": " +
            (file.is_string() ? file.get<std::string>() : file.dump());
  return line;
}

std::string configuration(const Json& facts) {
  const Json& config = child(facts, "config");
  if (config.is_null()) return "";
  const std::string shown = config.is_string()
                                ? config.get<std::string>()
                                : config.dump(2, ' ', false, Json::error_handler_t::replace);
  return "<div class=\"panel\"><details><summary>The whole resolved "
         "configuration</summary><pre><code>" +
         escape(shown) + "</code></pre></details></div>";
}

}  // namespace

std::string provenance_section(const Json& report) {
  const Json& facts = child(report, "provenance");
  const Json& potential = child(best_of(report), "potential");
  Definitions list;
  list.add("mlip-auto", text(facts, "version"));
  list.add("level of theory", text(facts, "level_of_theory"));
  if (child(facts, "levels_of_theory").size() > 1)
    list.add("levels in the database", joined(child(facts, "levels_of_theory")));
  list.add("pseudopotentials", pseudopotentials(facts));
  list.add("calculator", text(facts, "calculator"));
  list.add("seed", text(facts, "seed"));
  list.add("cores", text(facts, "cores"));
  list.add("potential", text(potential, "hash"));
  list.add("files", text(potential, "yace"));
  const std::string body = list.html();
  return section(
      "provenance", "What it was made with",
      "Enough to make it again: the same input and seed give the same potential.",
      (body.empty() ? "" : "<div class=\"panel\">" + body + "</div>") + configuration(facts));
}

}  // namespace mlip::report
