#!/bin/bash
# Makes a file of settings from the variables KAFKA_…, formats the log's folder once, and becomes the node.
set -eu
settings=/opt/kafka/server.properties
for variable in "${!KAFKA_@}"; do
  case $variable in KAFKA_HEAP_OPTS | KAFKA_OPTS) continue ;; esac
  key=${variable#KAFKA_}
  key=${key,,}
  echo "${key//_/.}=${!variable}"
done >"$settings"
java="java ${KAFKA_HEAP_OPTS:-} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile=/opt/kafka/log4j2.xml"
if [ ! -e "$KAFKA_LOG_DIRS/meta.properties" ]; then
  $java -cp '/opt/kafka/libs/*' kafka.tools.StorageTool format -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$settings"
fi
exec $java ${KAFKA_OPTS:-} -cp '/opt/kafka/libs/*' kafka.Kafka "$settings"
