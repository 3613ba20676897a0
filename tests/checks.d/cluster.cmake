# Labels on a real Slurm of one node, started and ended by the test, and on a stand-in of HyperQueue.
if(TARGET mlip-auto)
  add_test(NAME tools_slurm
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/cluster/slurm.py $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_slurm_run
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/cluster/run.py $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_hyperqueue
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/cluster/hyperqueue.py $<TARGET_FILE:mlip-auto>)
  set_tests_properties(tools_slurm tools_slurm_run tools_hyperqueue PROPERTIES LABELS tools TIMEOUT 900 COST 100)
endif()
