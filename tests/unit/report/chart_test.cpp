#include "report/chart.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "report/html.hpp"

using namespace mlip::report;

namespace {

std::vector<std::string> labels(const Axis& axis, int wanted) {
  std::vector<std::string> texts;
  for (const Tick& tick : axis.ticks(wanted)) texts.push_back(tick.label);
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("ticks are round numbers inside the range") {
  CHECK(labels(Axis(Axis::Kind::linear, 0, 1), 5) == Texts{"0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(labels(Axis(Axis::Kind::linear, -5.43, -5.38), 5) ==
        Texts{"-5.43", "-5.42", "-5.41", "-5.40", "-5.39", "-5.38"});
  CHECK(labels(Axis(Axis::Kind::linear, -30, 120), 4) == Texts{"0", "50", "100"});
  CHECK(labels(Axis(Axis::Kind::whole, 0.5, 3.5), 7) == Texts{"1", "2", "3"});
  CHECK(labels(Axis(Axis::Kind::logarithmic, 0.5, 2000), 5) == Texts{"1", "10", "100", "1000"});
  CHECK(labels(Axis(Axis::Kind::logarithmic, 1.9, 12), 5) == Texts{"2", "5", "10"});
  CHECK(labels(Axis(Axis::Kind::logarithmic, 1e-9, 1e9), 6).size() <= 7);
}

TEST_CASE("an axis maps its ends to its pixels, linearly or by logarithm") {
  Axis linear(Axis::Kind::linear, 2, 4), decades(Axis::Kind::logarithmic, 1, 100);
  linear.place(0, 100);
  decades.place(200, 0);
  CHECK(linear.pixel(2) == doctest::Approx(0));
  CHECK(linear.pixel(3.5) == doctest::Approx(75));
  CHECK(decades.pixel(10) == doctest::Approx(100));
  CHECK(decades.pixel(100) == doctest::Approx(0));
}

TEST_CASE("an axis around anything has a width") {
  for (const auto kind : {Axis::Kind::linear, Axis::Kind::logarithmic, Axis::Kind::whole})
    for (const auto& values :
         {std::vector<double>{}, {0.0}, {5.0}, {5.0, 5.0}, {NAN, INFINITY}, {-1.0, -1.0}}) {
      const Axis axis = axis_around(kind, values);
      CHECK(std::isfinite(axis.low()));
      CHECK(axis.high() > axis.low());
      CHECK_FALSE(axis.ticks(5).empty());
    }
}

TEST_CASE("a figure escapes its texts and leaves out what cannot be drawn") {
  Figure figure;
  figure.title = "a < b";
  figure.y_kind = Axis::Kind::logarithmic;
  figure.series = {{"x & y",
                    Series::Mark::line_and_dots,
                    0,
                    true,
                    {{1, 1, ""}, {2, -1, ""}, {3, NAN, ""}, {4, 10, "\"t\""}}},
                   {"z", Series::Mark::curve, 1, false, {{1, 2, ""}, {2, 3, ""}, {3, 2, ""}}}};
  figure.guides = {{5, "limit <5>"}};
  figure.note = "n > m";
  const std::string svg = draw(figure);
  CHECK(svg.find("a &lt; b") != std::string::npos);
  CHECK(svg.find("x &amp; y: 1.000, 1.000") != std::string::npos);
  CHECK(svg.find("<title>&quot;t&quot;</title>") != std::string::npos);
  CHECK(svg.find("limit &lt;5&gt;") != std::string::npos);
  CHECK(svg.find("class=\"legend\"") != std::string::npos);
  CHECK(svg.find("nan") == std::string::npos);
  std::size_t dots = 0;
  for (std::size_t at = svg.find("<circle"); at != std::string::npos;
       at = svg.find("<circle", at + 1))
    ++dots;
  CHECK(dots == 2);
}

TEST_CASE("bars at one place stand on one another") {
  Figure figure;
  figure.series = {{"a", Series::Mark::bars, 0, false, {{1, 2, ""}}},
                   {"b", Series::Mark::bars, 1, false, {{1, 2, ""}}}};
  const std::string svg = draw(figure);
  const auto attribute = [&](std::size_t bar, const std::string& name) {
    std::size_t at = 0;
    for (std::size_t i = 0; i <= bar; ++i) at = svg.find("<rect", at + 1);
    at = svg.find(" " + name + "=\"", at) + name.size() + 3;
    return std::stod(svg.substr(at));
  };
  CHECK(attribute(0, "height") == doctest::Approx(attribute(1, "height")).epsilon(0.01));
  CHECK(attribute(1, "y") + attribute(1, "height") ==
        doctest::Approx(attribute(0, "y")).epsilon(0.01));
}

TEST_CASE("numbers and times are short") {
  CHECK(short_number(0.012345) == "0.0123");
  CHECK(short_number(1234.5) == "1234");
  CHECK(short_number(-4.05, 4) == "-4.050");
  CHECK(short_number(1.5e-9) == "1.5e-09");
  CHECK(short_number(std::nullopt) == "–");
  CHECK(short_number(0) == "0");
  CHECK(plain_number(5) == "5");
  CHECK(plain_number(0.25) == "0.25");
  CHECK(plain_number(std::nullopt) == "–");
  CHECK(duration(4.25) == "4.2 s");
  CHECK(duration(45) == "45 s");
  CHECK(duration(720) == "12 min");
  CHECK(duration(6732) == "112 min");
  CHECK(duration(7260) == "2 h 1 min");
  CHECK(duration(std::nullopt) == "–");
}

TEST_CASE("text is safe in a page whatever bytes it has") {
  CHECK(escape("a<b>\"'&") == "a&lt;b&gt;&quot;&#39;&amp;");
  CHECK(escape("Å γ 🙂") == "Å γ 🙂");
  CHECK(escape(std::string("\0\x01\n", 3)) == "\xef\xbf\xbd\xef\xbf\xbd\n");
  CHECK(escape("\xc3") == "\xef\xbf\xbd");
  CHECK(escape("\xf0\x9f\x99") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}
