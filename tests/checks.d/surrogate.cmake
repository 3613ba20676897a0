# Reference structures are read with our own reader.
foreach(program golden_surrogate tools_surrogate)
  if(TARGET ${program})
    target_link_libraries(${program} PRIVATE mlip_io)
  endif()
endforeach()
if(TARGET mlip-auto)
  add_test(NAME tools_surrogate_eval
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/surrogate/evaluate.py
                   $<TARGET_FILE:mlip-auto> ${CMAKE_SOURCE_DIR}/tests/data/surrogate)
  set_tests_properties(tools_surrogate_eval PROPERTIES LABELS tools TIMEOUT 300)
endif()
