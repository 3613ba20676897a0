# The Python package: as it lies in the build folder, and as pip installs it.
if(TARGET mlip_python)
  set(venv_python ${CMAKE_SOURCE_DIR}/build/venv/bin/python)
  add_test(NAME tools_python
           COMMAND ${venv_python} -B ${CMAKE_SOURCE_DIR}/tests/tools/python/package.py
                   ${CMAKE_BINARY_DIR}/python ${CMAKE_SOURCE_DIR} $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_pip
           COMMAND ${venv_python} -B ${CMAKE_SOURCE_DIR}/tests/tools/python/install.py ${CMAKE_SOURCE_DIR})
  set_tests_properties(tools_python tools_pip PROPERTIES LABELS tools TIMEOUT 900)
  set_tests_properties(tools_pip PROPERTIES COST 80)
endif()
