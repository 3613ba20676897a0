# The science test reads its data sets with our own reader.
if(TARGET science_fit)
  target_link_libraries(science_fit PRIVATE mlip_io)
endif()
if(TARGET mlip-auto)
  add_test(NAME tools_fit
           COMMAND ${CMAKE_SOURCE_DIR}/build/venv/bin/python -W ignore -B
                   ${CMAKE_SOURCE_DIR}/tests/tools/fit/fit.py $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_fit PROPERTIES LABELS tools TIMEOUT 300)
endif()
