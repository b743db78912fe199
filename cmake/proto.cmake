# godwit_proto(NAME [SERVICES] FILE...): a library godwit_proto_NAME of the code that protoc makes of the FILEs, which are named from proto/ on
# and included by the same path ("godwit/user/v1/user.pb.h"). SERVICES: those that are served, so with gRPC's classes, too.
# Our warnings are not for generated code.
set(GODWIT_PROTO_DIR ${CMAKE_SOURCE_DIR}/proto)
set(GODWIT_PROTO_OUT ${CMAKE_BINARY_DIR}/proto)

function(godwit_proto name)
  cmake_parse_arguments(PROTO "SERVICES" "" "" ${ARGN})
  file(MAKE_DIRECTORY ${GODWIT_PROTO_OUT})
  set(endings .pb)
  set(flags --cpp_out=${GODWIT_PROTO_OUT})
  if(PROTO_SERVICES)
    list(APPEND endings .grpc.pb)
    list(APPEND flags --grpc_out=${GODWIT_PROTO_OUT} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN})
  endif()
  set(sources "")
  foreach(file IN LISTS PROTO_UNPARSED_ARGUMENTS)
    string(REGEX REPLACE "\\.proto$" "" stem ${file})
    set(made "")
    foreach(ending IN LISTS endings)
      list(APPEND made ${GODWIT_PROTO_OUT}/${stem}${ending}.cc ${GODWIT_PROTO_OUT}/${stem}${ending}.h)
      list(APPEND sources ${GODWIT_PROTO_OUT}/${stem}${ending}.cc)
    endforeach()
    # A file's imports are not known here: every file of the folder is looked at.
    file(GLOB_RECURSE all CONFIGURE_DEPENDS ${GODWIT_PROTO_DIR}/*.proto)
    add_custom_command(OUTPUT ${made} DEPENDS ${all}
      COMMAND ${PROTOC} -I ${GODWIT_PROTO_DIR} ${flags} ${file} COMMENT "protoc ${file}" VERBATIM)
  endforeach()
  add_library(godwit_proto_${name} STATIC ${sources})
  target_compile_options(godwit_proto_${name} PRIVATE -w)
  target_include_directories(godwit_proto_${name} SYSTEM PUBLIC ${GODWIT_PROTO_OUT})
  target_link_libraries(godwit_proto_${name} PUBLIC PkgConfig::grpc Threads::Threads)
endfunction()
