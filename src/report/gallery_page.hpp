/// A page of pictures: what structures there are, kind by kind.
#pragma once

#include <string>
#include <vector>

#include "core/records.hpp"

namespace mlip::report {

/// Pictures of a kind, where nothing else is asked for.
inline constexpr std::size_t usual_pictures = 24;

/// Structures of one config_type.
struct GalleryKind {
  std::string name;
  std::size_t structures = 0;          ///< all there are
  std::vector<core::Candidate> shown;  ///< some of them, in order
};

/// Self-contained HTML, the kinds under #kind0, #kind1, ...; structures that are not finite or have
/// no atoms are named, not drawn.
[[nodiscard]] std::string render_gallery_html(const std::string& title,
                                              const std::vector<GalleryKind>& kinds);

/// Whether number `k` of `structures` is one of at most `most` that are shown: evenly spread ones.
[[nodiscard]] bool is_shown(std::size_t k, std::size_t structures, std::size_t most);

}  // namespace mlip::report
