set(MPI_CXX_SKIP_MPICXX ON)
find_package(MPI REQUIRED COMPONENTS CXX)
find_path(LAMMPS_INCLUDE lammps.h PATH_SUFFIXES lammps REQUIRED)
find_library(LAMMPS_LIBRARY lammps REQUIRED)
find_package(LAMMPS 20210929 EXACT QUIET)  # the compat headers mirror this version only
if(NOT LAMMPS_FOUND)
  message(FATAL_ERROR "mlip-lammps needs LAMMPS of 29 Sep 2021 (Debian 12: liblammps-dev); "
                      "its missing headers are mirrored for that version only")
endif()

add_executable(mlip-lammps main.cpp ${sources})
target_include_directories(mlip-lammps PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_include_directories(mlip-lammps SYSTEM PRIVATE compat ${LAMMPS_INCLUDE})
target_compile_definitions(mlip-lammps PRIVATE LAMMPS_SMALLBIG)
target_link_libraries(mlip-lammps PRIVATE mlip_ace ${LAMMPS_LIBRARY} MPI::MPI_CXX)
