#include <fmt/format.h>

#include "report/report.hpp"
#include "report/sections.hpp"
#include "report/style.hpp"

namespace mlip::report {

namespace {

std::string missing_section(const Json& report) {
  std::string items;
  for (const Json& sentence : child(report, "missing"))
    if (sentence.is_string()) items += "<li>" + escape(sentence.get<std::string>()) + "</li>";
  return items.empty() ? ""
                       : section("missing", "Not in this report", "", "<ul>" + items + "</ul>");
}

}  // namespace

std::string section(const std::string& id, const std::string& title, const std::string& lead,
                    const std::string& body) {
  if (body.empty()) return "";
  return fmt::format("<section id=\"{}\"><h2>{}</h2><p class=\"lead\">{}</p>{}</section>\n", id,
                     escape(title), escape(lead), body);
}

std::string table(const std::vector<std::string>& heads,
                  const std::vector<std::vector<std::string>>& rows, std::size_t text_columns) {
  const auto cell = [&](const char* tag, std::size_t column, const std::string& content) {
    return fmt::format("<{0}{1}>{2}</{0}>", tag, column < text_columns ? " class=\"t\"" : "",
                       content);
  };
  std::string html = "<table><thead><tr>";
  for (std::size_t i = 0; i < heads.size(); ++i) html += cell("th", i, escape(heads[i]));
  html += "</tr></thead><tbody>";
  for (const auto& row : rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) html += cell("td", i, row[i]);
    html += "</tr>";
  }
  return html + "</tbody></table>";
}

const Json& best_of(const Json& report) {
  static const Json nothing;
  for (const Json& generation : child(report, "generations"))
    if (child(generation, "generation") == child(report, "best_generation")) return generation;
  return nothing;
}

std::string render_html(const nlohmann::ordered_json& report) {
  const std::string name = text(report, "name");
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<title>{}</title><link rel=\"icon\" href=\"data:,\"><style>{}</style></head><body><main>\n",
      escape(name.empty() ? "Potential report" : name + " – potential report"), style);
  for (const auto part :
       {headline, error_section, validation_section, exploration_section, seed_section,
        label_section, gallery_section, dft_section, provenance_section, missing_section})
    page += part(report);
  return page +
         "<footer>Made by mlip-auto from the run's database. The same numbers are in "
         "report.json.</footer>\n"
         "</main></body></html>\n";
}

}  // namespace mlip::report
