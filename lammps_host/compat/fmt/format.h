/// Stands in for the fmt/format.h that Debian's liblammps-dev does not install.  LAMMPS' public
/// headers only name these in templates; nothing here is ever instantiated or linked.
#pragma once

#include <string>

namespace fmt {
inline namespace lammps_stand_in {

template <class Character>
class basic_string_view {
  const Character* data;
  std::size_t size;
};
using string_view = basic_string_view<char>;

struct format_args {
  void* first;
  void* second;
};

template <class... Arguments, class Format, class... Given>
format_args make_args_checked(const Format&, Given&&...);

}  // namespace lammps_stand_in
}  // namespace fmt
