FROM sightline-stand-in/debian
RUN useradd --uid 999 postgres
COPY programs /opt/postgres
COPY entrypoint /usr/local/bin/entrypoint
ENV PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["entrypoint"]
CMD ["postgres"]
