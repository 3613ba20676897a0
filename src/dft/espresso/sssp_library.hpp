/// The SSSP library of pseudopotentials (doi:10.1038/s41524-018-0127-2), fetched from the Debian
/// archive the machine already uses.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mlip::dft::espresso {

/// Where fetch_sssp puts the files: mlip-auto/sssp in $XDG_DATA_HOME, else in ~/.local/share.
[[nodiscard]] std::filesystem::path sssp_folder();

/// A source of apt that names the main archive of `suite` where `sources` (a sources.list, or a
/// .sources file where `stanzas`) names that of a release; none where it does not.
[[nodiscard]] std::optional<std::string> source_of_suite(const std::string& sources, bool stanzas,
                                                         const std::string& suite);

/// UPF files in a folder that the SSSP table knows by checksum.
[[nodiscard]] std::size_t count_sssp(const std::filesystem::path& folder);

/// Downloads Debian's package quantum-espresso-data-sssp (43 MB) and unpacks its files into
/// `folder`, all or none; nothing is installed, and no root is needed.  Returns count_sssp of it.
/// Throws core::UserError (missing_tool) where apt-get, dpkg-deb, the archive or the package is
/// missing, with the last line they said.
std::size_t fetch_sssp(const std::filesystem::path& folder);

}  // namespace mlip::dft::espresso
