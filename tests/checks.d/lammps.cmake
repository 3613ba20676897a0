# The plugin in a LAMMPS that is not ours.
if(TARGET mlipplugin)
  add_test(NAME tools_lammps
           COMMAND ${CMAKE_SOURCE_DIR}/build/venv/bin/python -B ${CMAKE_SOURCE_DIR}/tests/tools/lammps/plugin.py
                   $<TARGET_FILE:mlipplugin> ${CMAKE_BINARY_DIR}/python ${CMAKE_SOURCE_DIR})
  set_tests_properties(tools_lammps PROPERTIES LABELS tools TIMEOUT 600)
endif()
