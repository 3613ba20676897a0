/// A page of pictures: what structures there are, kind by kind.
#pragma once

#include <string>
#include <vector>

#include "core/records.hpp"

namespace mlip::report {

/// Structures of one config_type.
struct GalleryKind {
  std::string name;
  std::size_t structures = 0;          ///< all there are
  std::vector<core::Candidate> shown;  ///< some of them, in order
};

/// Self-contained HTML; structures that are not finite or have no atoms are named, not drawn.
[[nodiscard]] std::string render_gallery_html(const std::string& title,
                                              const std::vector<GalleryKind>& kinds);

/// Whether number `k` of `structures` is one of at most `most` that are shown: evenly spread ones.
[[nodiscard]] bool is_shown(std::size_t k, std::size_t structures, std::size_t most);

}  // namespace mlip::report
