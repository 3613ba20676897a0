#include "generate/alike_sites.hpp"

#include <bit>

namespace mlip::generate {

AlikeSites::AlikeSites(const SqsProblem& problem, int shell,
                       const SqsProblem::Decoration& decoration, SplitMix& engine)
    : problem_(problem),
      shell_(shell),
      shift_(32 - int(std::bit_width(4 * decoration.size()))),
      key_(decoration.size(), 0),
      place_(decoration.size(), 0) {
  for (std::size_t k = 0; k < problem.kinds().size(); ++k)
    word_.push_back(static_cast<std::uint32_t>(engine()));
  const std::size_t groups = std::size_t(1) << (32 - shift_);
  const std::size_t sublattices = problem.starts().size() - 1;
  groups_.resize(sublattices * groups);
  for (std::size_t a = 0; a < sublattices; ++a)
    first_group_.resize(std::size_t(problem.starts()[a + 1]), a * groups);
  for (std::size_t i = 0; i < decoration.size(); ++i) {
    for (const Contact& contact : problem.contacts(int(i)))
      if (contact.shell == shell && contact.site != int(i))
        key_[i] += std::uint32_t(contact.images) *
                   word_[std::size_t(decoration[std::size_t(contact.site)])];
    auto& group = groups_[group_of(i, key_[i])];
    place_[i] = static_cast<std::uint32_t>(group.size());
    group.push_back(static_cast<std::uint32_t>(i));
  }
}

void AlikeSites::take(const Swap& swap) {
  replace_neighbour(swap.a, word_[swap.l] - word_[swap.k]);
  replace_neighbour(swap.b, word_[swap.k] - word_[swap.l]);
}

void AlikeSites::replace_neighbour(std::size_t site, std::uint32_t change) {
  for (const Contact& contact : problem_.contacts(int(site)))
    if (contact.shell == shell_ && contact.site != int(site))
      set_key(std::size_t(contact.site),
              key_[std::size_t(contact.site)] + std::uint32_t(contact.images) * change);
}

void AlikeSites::set_key(std::size_t site, std::uint32_t key) {
  auto &from = groups_[group_of(site, key_[site])], &to = groups_[group_of(site, key)];
  key_[site] = key;
  if (&from == &to) return;
  from[place_[site]] = from.back();
  place_[from.back()] = place_[site];
  from.pop_back();
  place_[site] = static_cast<std::uint32_t>(to.size());
  to.push_back(static_cast<std::uint32_t>(site));
}

}  // namespace mlip::generate
