# The interpreter of the tests' Python environment, which has the real Pacemaker.
if(TARGET tools_pacemaker)
  target_compile_definitions(tools_pacemaker PRIVATE CMAKE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_include_directories(tools_pacemaker PRIVATE ${CMAKE_SOURCE_DIR})
endif()
