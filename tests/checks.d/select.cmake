if(TARGET mlip-auto)
  add_test(NAME tools_select_fps
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/select/fps.py $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_select_fps PROPERTIES LABELS tools TIMEOUT 300)
endif()
