if(TARGET mlip-auto)
  add_test(NAME tools_select
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/select/choose.py $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_select PROPERTIES LABELS tools TIMEOUT 300)
endif()
