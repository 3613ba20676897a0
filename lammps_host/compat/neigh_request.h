/// Mirror of the leading members of NeighRequest in LAMMPS of 29 Sep 2021, whose header Debian does
/// not install.  Objects are always made by liblammps (Neighbor::request); only half and full are
/// set here. Valid for that one version: main.cpp checks it before any style is made.
#pragma once

#include "pointers.h"

namespace LAMMPS_NS {

class NeighRequest : protected Pointers {
 public:
  int index;
  void* requestor;
  int requestor_instance;
  int id;
  int pair, fix, compute, command, neigh;
  int half, full;
};

}  // namespace LAMMPS_NS
