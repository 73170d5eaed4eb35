FROM sightline-stand-in/debian
COPY node /usr/local/bin/node
COPY app /app
COPY entrypoint /usr/local/bin/entrypoint
VOLUME /var/lib/eventstore /var/log/eventstore
EXPOSE 2113
HEALTHCHECK --interval=5s CMD bash -c '</dev/tcp/127.0.0.1/2113'
ENTRYPOINT ["entrypoint"]
