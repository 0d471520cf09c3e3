#!/bin/bash
exec java -classpath "/opt/kafka/libs/*" kafka.tools.StorageTool "$@"
