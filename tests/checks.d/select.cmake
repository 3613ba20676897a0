if(TARGET mlip-auto)
  add_test(NAME tools_select
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/select/choose.py $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_select_screen
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/select/screen.py $<TARGET_FILE:mlip-auto>
                   ${CMAKE_SOURCE_DIR}/tests/data/surrogate)
  set_tests_properties(tools_select tools_select_screen PROPERTIES LABELS tools TIMEOUT 300)
endif()
