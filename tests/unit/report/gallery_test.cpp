#include <doctest/doctest.h>

#include <limits>
#include <regex>

#include "report/gallery_page.hpp"
#include "report/structure_picture.hpp"

using namespace mlip;

namespace {

core::Structure rock_salt(double a = 5.64) {
  core::Structure structure;
  structure.cell.vectors = a * core::Mat3::Identity();
  structure.cell.periodic = {true, true, true};
  for (int i = 0; i < 8; ++i) {
    const core::Vec3 site(i & 1, (i >> 1) & 1, i >> 2);
    structure.positions.push_back(a / 2 * site);
    structure.numbers.push_back(int(site.sum()) % 2 == 0 ? 11 : 17);
  }
  return structure;
}

core::Structure hydrogen_in_a_box() {
  core::Structure structure = rock_salt(12);
  structure.numbers = {1, 1};
  structure.positions = {{6, 6, 5.6}, {6, 6, 6.4}};
  return structure;
}

std::size_t count(const std::string& text, const std::string& pattern) {
  std::size_t found = 0;
  for (auto at = text.find(pattern); at != std::string::npos; at = text.find(pattern, at + 1))
    ++found;
  return found;
}

std::vector<std::array<double, 3>> circles(const std::string& svg) {
  const std::regex circle("<circle cx=\"([^\"]*)\" cy=\"([^\"]*)\" r=\"([^\"]*)\"");
  std::vector<std::array<double, 3>> found;
  for (auto at = std::sregex_iterator(svg.begin(), svg.end(), circle); at != std::sregex_iterator();
       ++at)
    found.push_back({std::stod((*at)[1]), std::stod((*at)[2]), std::stod((*at)[3])});
  return found;
}

}  // namespace

TEST_CASE(
    "a picture has a ball for each atom, sized and coloured by its element, and twelve edges") {
  const std::string svg = report::picture(rock_salt());
  CHECK(count(svg, "url(#ball11)") == 4);
  CHECK(count(svg, "url(#ball17)") == 4);
  CHECK(count(svg, "<line ") == 12);
  const std::string molecule = report::picture(hydrogen_in_a_box());
  CHECK(count(molecule, "<line ") == 0);
  CHECK(circles(molecule).size() == 2);
}

TEST_CASE("a picture is a projection: lengths shrink by their depth only, up stays up") {
  core::Structure axis;
  axis.numbers = {1, 1};
  axis.positions = {{0, 0, 0}, {0, 0, 1}};
  const auto upright = circles(report::picture(axis));
  REQUIRE(upright.size() == 2);
  const double rise = std::hypot(upright[0][0] - upright[1][0], upright[0][1] - upright[1][1]);
  CHECK(rise == doctest::Approx(std::cos(15 * std::acos(-1) / 180)).epsilon(0.02));
  CHECK(std::min(upright[0][1], upright[1][1]) < 0);  // the upper one is above the origin
}

TEST_CASE("everything drawn is within the picture, and of too many atoms the nearest are drawn") {
  const std::string svg = report::picture(core::repeat(rock_salt(), {4, 4, 4}));
  CHECK(circles(svg).size() == report::most_atoms_drawn);
  std::smatch box;
  REQUIRE(std::regex_search(svg, box, std::regex("viewBox=\"([^ ]*) ([^ ]*) ([^ ]*) ([^\"]*)\"")));
  const double left = std::stod(box[1]), top = std::stod(box[2]);
  for (const auto& [x, y, r] : circles(svg)) {
    CHECK(x - r >= left);
    CHECK(x + r <= left + std::stod(box[3]));
    CHECK(y - r >= top);
    CHECK(y + r <= top + std::stod(box[4]));
  }
}

TEST_CASE("a gallery counts all, shows evenly spread ones, and is safe against names") {
  report::GalleryKind kind{"<b>rattle</b>", 5, {}};
  kind.shown.push_back({rock_salt(), "<b>rattle</b>", "salt & <script>", 0, {}, {}, true});
  core::Structure broken = rock_salt();
  broken.positions[0][0] = std::numeric_limits<double>::quiet_NaN();
  kind.shown.push_back({broken, "<b>rattle</b>", "", 0, {}, {}, true});
  const std::string page = report::render_gallery_html("of salt", {kind});
  CHECK(page.find("<script>") == std::string::npos);
  CHECK(page.find("<b>rattle") == std::string::npos);
  CHECK(count(page, "<figure>") == 2);
  CHECK(count(page, "class=\"picture\"") == 1);
  CHECK(page.find("not finite") != std::string::npos);
  CHECK(page.find("5 structures, 2 of them shown") != std::string::npos);
  CHECK(count(page, "<radialGradient") == 2);
  CHECK(count(page, "id=\"ball17\"") == 1);
}

TEST_CASE("as many are shown as asked for, all where there are fewer") {
  for (const std::size_t all : {1u, 7u, 24u, 25u, 1000u}) {
    std::size_t shown = 0;
    for (std::size_t k = 0; k < all; ++k) shown += report::is_shown(k, all, 24) ? 1 : 0;
    CHECK(shown == std::min<std::size_t>(all, 24));
  }
}
