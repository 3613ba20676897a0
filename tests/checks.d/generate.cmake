if(TARGET mlip-auto)
  add_test(NAME tools_generate_sqs
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/generate/sqs.py $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_generate_sqs PROPERTIES LABELS tools TIMEOUT 300)
  add_test(NAME tools_generate_planes
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/generate/planes.py $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_generate_planes PROPERTIES LABELS tools TIMEOUT 300)
  add_test(NAME tools_generate_kinds
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/generate/kinds.py $<TARGET_FILE:mlip-auto>
                   ${CMAKE_SOURCE_DIR}/tests/data)
  set_tests_properties(tools_generate_kinds PROPERTIES LABELS tools TIMEOUT 600)
endif()
