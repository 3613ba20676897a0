set(MPI_CXX_SKIP_MPICXX ON)
find_package(MPI REQUIRED COMPONENTS CXX)
find_path(LAMMPS_INCLUDE lammps.h PATH_SUFFIXES lammps REQUIRED)
find_library(LAMMPS_LIBRARY lammps REQUIRED)
# Its version only: LAMMPSConfig.cmake itself wants the program lmp, which liblammps-dev does not bring
find_file(LAMMPS_VERSION_FILE LAMMPSConfigVersion.cmake PATH_SUFFIXES lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/LAMMPS)
if(LAMMPS_VERSION_FILE)
  include(${LAMMPS_VERSION_FILE})
endif()
if(NOT PACKAGE_VERSION STREQUAL "20210929")
  message(FATAL_ERROR "mlip-lammps needs LAMMPS of 29 Sep 2021 (Debian 12: liblammps-dev); "
                      "its missing headers are mirrored for that version only")
endif()

add_executable(mlip-lammps main.cpp ${sources})
target_include_directories(mlip-lammps PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_include_directories(mlip-lammps SYSTEM PRIVATE compat ${LAMMPS_INCLUDE})
target_compile_definitions(mlip-lammps PRIVATE LAMMPS_SMALLBIG)
target_link_libraries(mlip-lammps PRIVATE mlip_ace ${LAMMPS_LIBRARY} MPI::MPI_CXX)
