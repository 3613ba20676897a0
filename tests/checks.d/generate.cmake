if(TARGET mlip-auto)
  add_test(NAME tools_generate_sqs
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/generate/sqs.py $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_generate_sqs PROPERTIES LABELS tools TIMEOUT 300)
endif()
