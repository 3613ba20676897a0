# Reference structures are read with our own reader.
foreach(program golden_surrogate tools_surrogate)
  if(TARGET ${program})
    target_link_libraries(${program} PRIVATE mlip_io)
  endif()
endforeach()
if(TARGET tools_surrogate)
  if(TARGET mlip_torch)
    add_dependencies(tools_surrogate mlip_torch)
  endif()
  foreach(check evaluate torch_eval)
    add_test(NAME tools_surrogate_${check}
             COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/surrogate/${check}.py
                     $<TARGET_FILE:mlip-auto> ${CMAKE_SOURCE_DIR}/tests/data/surrogate)
    set_tests_properties(tools_surrogate_${check} PROPERTIES LABELS tools TIMEOUT 300)
  endforeach()
endif()
