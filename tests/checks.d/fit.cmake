# The science test reads its data sets with our own reader.
target_link_libraries(science_fit PRIVATE mlip_io)
