# Each lint first proves on a wrong example that it can fail, then reads the tracked files.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(lint banned format layers messages sizes spelling)
  add_test(NAME lint_${lint}
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/lints/${lint}.py ${CMAKE_SOURCE_DIR})
  set_tests_properties(lint_${lint} PROPERTIES LABELS lint TIMEOUT 60)
endforeach()
