#include "dft/espresso/pseudopotential.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>

#include "core/error.hpp"
#include "dft/espresso/cutoffs.hpp"
#include "dft/md5.hpp"

using namespace mlip;
using namespace mlip::dft::espresso;
using dft::md5;

namespace {

struct UpfFolder {
  std::filesystem::path path;
  UpfFolder() {
    char name[] = "/tmp/mlip_upf_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~UpfFolder() { std::filesystem::remove_all(path); }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(path / name) << content;
  }
};

std::string upf(const std::string& element, const std::string& functional, double cutoff,
                const std::string& spin_orbit = "false") {
  return "<UPF version=\"2.0.1\">\n<PP_HEADER\n element=\"" + element +
         "\"\n pseudo_type=\"NC\"\n is_paw=\"F\"\n functional=\" " + functional +
         "\"\n z_valence=\"3.000D+00\"\n wfc_cutoff=\"" + std::to_string(cutoff) +
         "\"\n rho_cutoff=\"0.0\"\n has_so=\"" + spin_orbit + "\"/>\n</UPF>\n";
}

const std::string version_1 =
    "<PP_INFO>\n The Pseudo was generated with a Scalar-Relativistic Calculation\n</PP_INFO>\n"
    "<PP_HEADER>\n   0                   Version Number\n  Ni                   Element\n"
    "   US                  Ultrasoft pseudopotential\n    T                  Nonlinear Core\n"
    " SLA  PW   PBX  PBC    PBE  Exchange-Correlation functional\n"
    "   10.00000000000      Z valence\n  -72.0   Total energy\n"
    "     23.557    371.902 Suggested cutoff for wfc and rho\n</PP_HEADER>\n";

}  // namespace

TEST_CASE("MD5 of the RFC's examples and around the block size") {
  CHECK(md5("") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(md5("abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(md5("12345678901234567890123456789012345678901234567890123456789012345678901234567890") ==
        "57edf4a22be3c955ac49da2e2107b67a");
  CHECK(md5(std::string(55, 'a')) == "ef1772b6dff9a122358552954ad0df65");
  CHECK(md5(std::string(56, 'a')) == "3b0c8ac703f828b04c6c197006d17218");
  CHECK(md5(std::string(64, 'a')) == "014842d480b571495a4a0363793f7367");
}

TEST_CASE("functionals under all their names") {
  CHECK(normalised_functional(" SLA  PZ   NOGX NOGC") == "pz");
  CHECK(normalised_functional("LDA   ") == "pz");
  CHECK(normalised_functional(" SLA  PW   PBE  PBE     PBE ") == "pbe");
  CHECK(normalised_functional(" SLA  PW   PBX  PBC") == "pbe");
  CHECK(normalised_functional(" SLA  PW   PSX  PSC") == "pbesol");
  CHECK(normalised_functional("PBESOL") == "pbesol");
  CHECK(normalised_functional(" SLA  LYP  B88  BLYP") == "blyp");
  CHECK(normalised_functional("SLA PW TPSS TPSS") == "tpss");
  CHECK(normalised_functional("FOO BAR") == "foo+bar");
}

TEST_CASE("headers of version 2, spread over lines or in one") {
  const auto file = parse_upf(upf("Al", "SLA  PZ   NOGX NOGC", 20.5));
  REQUIRE(file);
  CHECK(file->element == "Al");
  CHECK(file->functional == "pz");
  CHECK(file->kind == "NC");
  CHECK(file->valence == 3);
  CHECK(file->suggested_ecutwfc_ry == doctest::Approx(20.5));
  CHECK_FALSE(file->spin_orbit);
  CHECK(file->checksum.size() == 32);
  const auto line = parse_upf(
      "<PP_HEADER generated=\"by hand\" element=\" B\" pseudo_type=\"PAW\" is_paw=\"true\" "
      "has_so='T' functional=\"PBE\" z_valence=\"3.0e0\" wfc_cutoff=\"4.25e1\" l_max=\"1\"/>");
  REQUIRE(line);
  CHECK(line->element == "B");
  CHECK(line->kind == "PAW");
  CHECK(line->spin_orbit);
}

TEST_CASE("headers of version 1") {
  const auto file = parse_upf(version_1);
  REQUIRE(file);
  CHECK(file->element == "Ni");
  CHECK(file->functional == "pbe");
  CHECK(file->kind == "US");
  CHECK(file->valence == 10);
  CHECK(file->suggested_ecutwfc_ry == doctest::Approx(23.557));
  CHECK(file->suggested_ecutrho_ry == doctest::Approx(371.902));
  CHECK_FALSE(file->spin_orbit);
  CHECK(parse_upf(version_1 + "<PP_ADDINFO>\n</PP_ADDINFO>\n")->spin_orbit);
}

TEST_CASE("what is no UPF file is none") {
  CHECK_FALSE(parse_upf(""));
  CHECK_FALSE(parse_upf("<html>404</html>"));
  CHECK_FALSE(parse_upf("<PP_HEADER element=\"Al\""));
  CHECK_FALSE(parse_upf(upf("Xx", "PBE", 30)));
  CHECK_FALSE(parse_upf("<PP_HEADER>\n Al Element\n"));
  CHECK_FALSE(read_upf("/no/such/file.UPF"));
}

TEST_CASE("known cutoffs: the SSSP table first, then what was measured") {
  const auto nickel = known_cutoffs("1ee80287db30b12d2bc1f57a5b5d6409");
  REQUIRE(nickel);
  CHECK(nickel->source == CutoffSource::sssp);
  CHECK(nickel->ecutwfc_ry == 45);
  CHECK(nickel->ecutrho_ry == 360);
  const auto lanthanum = known_cutoffs("754494e15ae71f30e5b5f678af019e01");
  REQUIRE(lanthanum);
  CHECK(lanthanum->ecutwfc_ry == 40);
  CHECK(lanthanum->ecutrho_ry == 320);
  const auto stock = known_cutoffs("f3dced881015233e580a368199c8c48a");
  REQUIRE(stock);
  CHECK(stock->source == CutoffSource::measured);
  CHECK(stock->ecutwfc_ry == 28);
  CHECK_FALSE(known_cutoffs("00000000000000000000000000000000"));
}

TEST_CASE("one functional for all elements, the cheapest with known cutoffs") {
  const UpfFolder folder;
  folder.put("Al.dear.UPF", upf("Al", "PBE", 60));
  folder.put("Al.cheap.upf", upf("Al", "PBE", 25));
  folder.put("Al.pz.UPF", upf("Al", "PZ", 12));
  folder.put("Al.unknown.UPF", upf("Al", "PBE", 0));
  folder.put("Mg.pbe.UPF", upf("Mg", "SLA PW PBX PBC", 30));
  folder.put("Mg.rel.UPF", upf("Mg", "PZ", 10, "T"));
  folder.put("notes.txt", "no pseudopotential");
  const auto set = choose_pseudopotentials({"Al", "Mg"}, {folder.path}, "", {});
  CHECK(set.functional == "pbe");
  CHECK(set.by_element.at("Al").file.filename() == "Al.cheap.upf");
  CHECK(set.ecutwfc_ry == 30);
  CHECK(set.ecutrho_ry == 120);
  CHECK(set.reason.find("Mg.pbe.UPF") != std::string::npos);
  CHECK(choose_pseudopotentials({"Al"}, {folder.path}, "", {}).functional == "pz");
  CHECK(choose_pseudopotentials({"Al"}, {folder.path}, "PBE", {}).functional == "pbe");
  const auto named =
      choose_pseudopotentials({"Al", "Mg"}, {folder.path}, "", {{"Al", "Al.dear.UPF"}});
  CHECK(named.ecutwfc_ry == 60);
  const auto unknown =
      choose_pseudopotentials({"Al"}, {folder.path}, "", {{"Al", "Al.unknown.UPF"}});
  CHECK(unknown.ecutwfc_ry == 0);
  CHECK(unknown.reason.find("set them") != std::string::npos);
}

TEST_CASE("sets that cannot be had are the user's error, with a remedy") {
  const UpfFolder folder;
  folder.put("Al.UPF", upf("Al", "PZ", 12));
  folder.put("Ni.UPF", upf("Ni", "PBE", 30));
  folder.put("Ni.so.UPF", upf("Ni", "PZ", 30, "T"));
  const auto message = [&](const std::vector<std::string>& elements, const std::string& functional,
                           const std::map<std::string, std::string>& named) -> std::string {
    try {
      (void)choose_pseudopotentials(elements, {folder.path}, functional, named);
    } catch (const core::UserError& error) {
      CHECK_FALSE(error.remedy().empty());
      return error.what();
    }
    return "";
  };
  CHECK(message({"Al", "Ni"}, "", {}) == "functionals would mix: 'Al' has pz, 'Ni' has pbe");
  CHECK(message({"Al", "Si"}, "", {}) ==
        "no usable pseudopotential file for 'Si' in '" + folder.path.string() + "'");
  CHECK(message({"Al", "Ni"}, "", {{"Al", "Al.UPF"}, {"Ni", "Ni.UPF"}})
            .starts_with("functionals would mix: the file of 'Ni' is 'pbe'"));
  CHECK(message({"Al"}, "pbe", {{"Al", "Al.UPF"}}).starts_with("functionals would mix"));
  CHECK(message({"Ni"}, "", {{"Ni", "Ni.so.UPF"}}).find("spin-orbit") != std::string::npos);
  CHECK(message({"Al"}, "", {{"Al", "Ni.UPF"}}).find("is for 'Ni'") != std::string::npos);
  CHECK(message({"Al"}, "", {{"Al", "gone.UPF"}}).find("does not exist") != std::string::npos);
  folder.put("bad.UPF", "<html>");
  CHECK(message({"Al"}, "", {{"Al", "bad.UPF"}}).find("is not a UPF file") != std::string::npos);
}

TEST_CASE("the folders looked in") {
  ::setenv("ESPRESSO_PSEUDO", "/some/folder::/another", 1);
  CHECK(default_folders() == std::vector<std::filesystem::path>{"/some/folder", "/another"});
  ::unsetenv("ESPRESSO_PSEUDO");
  ::setenv("XDG_DATA_HOME", "/data", 1);
  CHECK(default_folders() ==
        std::vector<std::filesystem::path>{"/data/mlip-auto/sssp", stock_folder});
}
