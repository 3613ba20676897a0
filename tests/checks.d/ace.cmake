# python-ace, the evaluator Pacemaker and LAMMPS users compare with, reads what our writers wrote.
if(TARGET tools_ace)
  add_test(NAME tools_python_ace
           COMMAND ${CMAKE_SOURCE_DIR}/build/venv/bin/python -W ignore -B
                   ${CMAKE_SOURCE_DIR}/tests/tools/ace/python_ace.py ${CMAKE_BINARY_DIR}/python_ace)
  set_tests_properties(tools_ace PROPERTIES FIXTURES_SETUP python_ace_files)
  set_tests_properties(tools_python_ace PROPERTIES LABELS tools TIMEOUT 300
                       FIXTURES_REQUIRED python_ace_files)
endif()
