/// Which structures a gallery shows: some of each kind, evenly spread, of more than memory holds.
#pragma once

#include <functional>
#include <vector>

#include "report/gallery_page.hpp"
#include "store/database.hpp"

namespace mlip::report {

using VisitCandidate = std::function<void(core::Candidate&&)>;

/// In the order of their names.  `for_each` is called twice and visits the same structures.
[[nodiscard]] std::vector<GalleryKind> gallery_kinds(
    const std::function<void(const VisitCandidate&)>& for_each, std::size_t most);

/// A row's structure; its origin says what became of it too.
[[nodiscard]] core::Candidate pictured(const store::Record& record);

}  // namespace mlip::report
