# A whole run on real engines, with real failures.
if(TARGET mlip-auto)
  add_test(NAME tools_end_to_end
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/end_to_end/healing.py
                   $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_label
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/end_to_end/label.py
                   $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_storm
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/end_to_end/storm.py
                   $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_demo
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/end_to_end/demo.py
                   $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_own_crystals
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/end_to_end/own_crystals.py
                   $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_own_molecules
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/end_to_end/own_molecules.py
                   $<TARGET_FILE:mlip-auto> ${CMAKE_SOURCE_DIR}/tests/data/surrogate/sevennet-0.sevennet)
  add_test(NAME tools_converge
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/end_to_end/converge.py
                   $<TARGET_FILE:mlip-auto>)
  add_test(NAME tools_vasp
           COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tests/tools/end_to_end/vasp.py
                   $<TARGET_FILE:mlip-auto> ${CMAKE_SOURCE_DIR}/tests/data/dft/vasp)
  set_tests_properties(tools_end_to_end tools_label tools_storm tools_demo tools_own_crystals tools_own_molecules
                       tools_converge tools_vasp
                       PROPERTIES LABELS tools TIMEOUT 900)
endif()
