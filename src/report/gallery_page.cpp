#include "report/gallery_page.hpp"

#include <fmt/format.h>

#include <set>

#include "report/html.hpp"
#include "report/sections.hpp"
#include "report/structure_picture.hpp"
#include "report/style.hpp"

namespace mlip::report {

namespace {

constexpr const char* gallery_style = R"css(
.gallery{display:grid;gap:16px;grid-template-columns:repeat(auto-fill,minmax(200px,1fr))}
.gallery figure{padding:12px 14px;display:flex;flex-direction:column}
.picture{display:block;width:100%;height:180px;margin-bottom:8px}
.picture .cell line{stroke:var(--soft);stroke-width:1;vector-effect:non-scaling-stroke;stroke-opacity:.7}
.picture circle{stroke:#0006;stroke-width:.5;vector-effect:non-scaling-stroke}
.gallery .note{overflow-wrap:anywhere}
main>nav{margin-bottom:32px}
)css";

bool can_be_drawn(const core::Structure& structure) {
  return structure.size() > 0 && core::is_finite(structure);
}

std::string size_of(const core::Structure& structure) {
  std::string size = fmt::format("{} atom{}", structure.size(), structure.size() == 1 ? "" : "s");
  if (structure.size() > most_atoms_drawn)
    size += fmt::format(", the nearest {} drawn", most_atoms_drawn);
  if (structure.cell.all_periodic())
    size += fmt::format(", {} Å³/atom",
                        short_number(structure.cell.volume() / double(structure.size())));
  return size;
}

std::string figure_of(const core::Candidate& candidate) {
  const core::Structure& structure = candidate.structure;
  const bool drawn = can_be_drawn(structure);
  return fmt::format(
      "<figure>{}<figcaption>{}</figcaption><span class=\"note\">{}</span>"
      "<span class=\"note\">{}</span></figure>\n",
      drawn ? picture(structure) : "", drawn ? structure.formula() : "no picture: not finite",
      drawn ? size_of(structure) : "", escape(candidate.origin));
}

std::string counted(std::size_t structures) {
  return fmt::format("{} structure{}", structures, structures == 1 ? "" : "s");
}

std::string kind_section(std::size_t index, const GalleryKind& kind) {
  std::string pictures;
  for (const core::Candidate& candidate : kind.shown) pictures += figure_of(candidate);
  std::string lead = counted(kind.structures);
  if (kind.shown.size() < kind.structures)
    lead += fmt::format(", {} of them shown, evenly spread", kind.shown.size());
  return section(fmt::format("kind{}", index), escape(kind.name), lead + ".",
                 "<div class=\"gallery\">\n" + pictures + "</div>");
}

/// Links to the kinds, and the gradients that their pictures use.
std::string preface(const std::vector<GalleryKind>& kinds) {
  std::string links;
  std::set<int> elements;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    links += fmt::format("<a class=\"pill info\" href=\"#kind{}\">{} {}</a>", k,
                         escape(kinds[k].name), kinds[k].structures);
    for (const core::Candidate& candidate : kinds[k].shown)
      elements.insert(candidate.structure.numbers.begin(), candidate.structure.numbers.end());
  }
  return ball_gradients(elements) + "<nav>" + links + "</nav>\n";
}

}  // namespace

std::string render_gallery_html(const std::string& title, const std::vector<GalleryKind>& kinds) {
  std::size_t structures = 0;
  for (const GalleryKind& kind : kinds) structures += kind.structures;
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<title>{0}</title><link rel=\"icon\" href=\"data:,\"><style>{1}{2}</style></head><body>"
      "<main>\n<header><div><h1>{0}</h1><p class=\"soft\">{3} of {4} kind{5}</p></div></header>\n",
      escape(title), style, gallery_style, counted(structures), kinds.size(),
      kinds.size() == 1 ? "" : "s");
  page += preface(kinds);
  for (std::size_t k = 0; k < kinds.size(); ++k) page += kind_section(k, kinds[k]);
  return page + "<footer>Made by mlip-auto.</footer>\n</main></body></html>\n";
}

bool is_shown(std::size_t k, std::size_t structures, std::size_t most) {
  if (structures <= most) return true;
  return (k + 1) * most / structures > k * most / structures;
}

}  // namespace mlip::report
