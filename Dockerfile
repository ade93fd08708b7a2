FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
COPY bpmn bpmn
COPY camel-routes camel-routes
COPY keycloak keycloak
RUN ./mvnw -B -ntp -DskipTests package

FROM eclipse-temurin:25-jre
RUN useradd --system --create-home hub
USER hub
WORKDIR /hub
COPY --from=build /build/target/liudan-hub-*.jar hub.jar
# Process packages may be mounted over this folder: they win over those in the jar.
COPY --from=build /build/bpmn bpmn
# So do route templates; the files of connected departments are mounted beside them.
COPY --from=build /build/camel-routes/templates camel-routes/templates
ENV SPRING_PROFILES_ACTIVE=production
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["sh", "-c", "wget -q -O /dev/null http://localhost:8080/actuator/health/readiness || exit 1"]
ENTRYPOINT ["java", "-XX:+UseParallelGC", "-XX:InitialRAMPercentage=40", "-XX:MaxRAMPercentage=70", "-jar", "hub.jar"]
