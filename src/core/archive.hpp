/// ZIP archives as NumPy writes and reads them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mlip::core {

struct ArchiveMember {
  std::string name, content;
};

/// CRC-32 of ZIP.
[[nodiscard]] unsigned checksum(std::string_view data);

/// Stored (uncompressed) members, no extra fields, no comment.  Precondition: below 4 GiB in all.
[[nodiscard]] std::string pack(const std::vector<ArchiveMember>& members);

/// Stored and deflated members, ZIP64 sizes; throws UserError naming `file` where the archive
/// is damaged.
[[nodiscard]] std::vector<ArchiveMember> unpack(std::string_view archive,
                                                const std::filesystem::path& file);

}  // namespace mlip::core
