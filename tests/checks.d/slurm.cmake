# Labels on a real Slurm of one node, started and ended by the test.
if(TARGET mlip-auto)
  add_test(NAME tools_slurm
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/slurm/label.py $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_slurm PROPERTIES LABELS tools TIMEOUT 900 COST 100)
endif()
