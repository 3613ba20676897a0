# The interpreter of the tests' Python environment, which has the real Pacemaker.
if(TARGET tools_pacemaker)
  target_compile_definitions(tools_pacemaker PRIVATE CMAKE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_include_directories(tools_pacemaker PRIVATE ${CMAKE_SOURCE_DIR})
  add_test(NAME tools_convert
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/pacemaker/convert.py
                   $<TARGET_FILE:mlip-auto> ${CMAKE_SOURCE_DIR})
  set_tests_properties(tools_convert PROPERTIES LABELS tools TIMEOUT 300)
endif()
