# Checks of the program as its users meet it.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
if(TARGET mlip-auto)
  add_test(NAME golden_help
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/golden/app/help.py
                   $<TARGET_FILE:mlip-auto> ${CMAKE_SOURCE_DIR}/tests/data/app/help)
  set_tests_properties(golden_help PROPERTIES LABELS golden TIMEOUT 120)
  add_test(NAME golden_interrupt
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/golden/app/interrupt.py
                   $<TARGET_FILE:mlip-auto>)
  set_tests_properties(golden_interrupt PROPERTIES LABELS golden TIMEOUT 120)
  add_test(NAME tools_docs
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/docs/examples.py
                   $<TARGET_FILE:mlip-auto> ${CMAKE_SOURCE_DIR})
  set_tests_properties(tools_docs PROPERTIES LABELS tools TIMEOUT 900)
  add_test(NAME tools_gpaw
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/dft/gpaw_labels.py
                   $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_gpaw PROPERTIES LABELS tools TIMEOUT 300)
  add_test(NAME tools_bad_days
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/bad_days/bad_days.py
                   $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_bad_days PROPERTIES LABELS tools TIMEOUT 900 COST 70)
endif()
