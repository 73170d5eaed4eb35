FROM sightline-stand-in/debian
COPY libs /opt/kafka/libs
COPY log4j2.xml /opt/kafka/log4j2.xml
COPY entrypoint /usr/local/bin/entrypoint
VOLUME /etc/kafka/secrets /var/lib/kafka/data /mnt/shared/config
EXPOSE 9092
CMD ["entrypoint"]
