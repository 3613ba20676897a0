/// POTCAR files of the user's library: what their headers say, and which one stands for an element.
/// Their text is licensed: it goes into a run's folder while VASP runs, and nowhere else.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlip::dft::vasp {

struct Potcar {
  std::filesystem::path file;
  std::string element;
  std::string title;       ///< TITEL, as "PAW_PBE Fe 06Sep2000"
  std::string functional;  ///< of LEXCH: "pbe", "lda", "pw91"; else LEXCH in lower case
  double valence = 0;      ///< ZVAL
  double enmax = 0;        ///< eV
  std::string checksum;    ///< MD5 of the text
};

/// The header of a file of one dataset; none where it is not one, or not whole.
[[nodiscard]] std::optional<Potcar> parse_potcar(const std::string& content);

/// Text of a file, unpacked where it is packed by gzip; empty where it cannot be read.
[[nodiscard]] std::string potcar_text(const std::filesystem::path& file);

/// The same as parse_potcar of a file.
[[nodiscard]] std::optional<Potcar> read_potcar(const std::filesystem::path& file);

/// Name of the dataset that VASP's makers recommend for DFT, such as "Na_pv" (VASP wiki, "Choosing
/// pseudopotentials", potpaw.54; the plain symbol where they name no other).
[[nodiscard]] std::string recommended_potcar(const std::string& symbol);

/// The folder that $VASP_PP_PATH/potpaw_PBE names; empty where it is unset.
[[nodiscard]] std::filesystem::path default_potentials();

/// A file for each element: NAME/POTCAR or POTCAR.NAME in `library`, each also with .gz, where NAME
/// is that of `named` or the recommended one.  Throws core::UserError where the library or a file
/// is missing (it names those that are there), where a file is for another element, or functionals
/// would mix.
[[nodiscard]] std::map<std::string, Potcar> choose_potcars(
    const std::vector<std::string>& elements, const std::filesystem::path& library,
    const std::map<std::string, std::string>& named);

/// GGA tag of a functional with files of another, "" where none is needed.  Throws core::UserError
/// where the files cannot serve it.
[[nodiscard]] std::string gga_tag(const std::string& functional, const std::string& of_files);

}  // namespace mlip::dft::vasp
