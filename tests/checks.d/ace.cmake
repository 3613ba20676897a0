# python-ace, the evaluator Pacemaker and LAMMPS users compare with, reads what our writers wrote, and makes
# active sets beside ours.
if(TARGET tools_ace AND TARGET mlip-auto)
  add_test(NAME tools_python_ace
           COMMAND ${CMAKE_SOURCE_DIR}/build/venv/bin/python -W ignore -B
                   ${CMAKE_SOURCE_DIR}/tests/tools/ace/python_ace.py ${CMAKE_BINARY_DIR}/python_ace)
  set_tests_properties(tools_ace PROPERTIES FIXTURES_SETUP python_ace_files)
  set_tests_properties(tools_python_ace PROPERTIES LABELS tools TIMEOUT 300
                       FIXTURES_REQUIRED python_ace_files)
  add_test(NAME tools_active_set
           COMMAND ${CMAKE_SOURCE_DIR}/build/venv/bin/python -W ignore -B
                   ${CMAKE_SOURCE_DIR}/tests/tools/ace/active_set.py $<TARGET_FILE:mlip-auto>
                   ${CMAKE_BINARY_DIR}/python_ace)
  set_tests_properties(tools_active_set PROPERTIES LABELS tools TIMEOUT 300
                       FIXTURES_REQUIRED python_ace_files)
endif()
