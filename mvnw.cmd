@echo off
rem Runs Maven: the machine's own where it is 3.8 or newer, otherwise Apache Maven 3.9.16, fetched once into .m2\wrapper.
setlocal EnableExtensions

set "MAVEN_VERSION=3.9.16"
set "MAVEN_SHA512=ed41650d42485cfc243fad22158caf9cbb5dc408ce7a09ddb94dd42a019de929ca43065bfa450612cf12bf78b5cafa3884b96c090de326ff590448c933454af3"
set "MAVEN_ARCHIVE=https://archive.apache.org/dist/maven/maven-3"

set "OWN_MAJOR="
set "OWN_MINOR="
for /f "tokens=3,4 delims=. " %%a in ('mvn.cmd --version 2^>nul ^| findstr /c:"Apache Maven"') do (
    set "OWN_MAJOR=%%a"
    set "OWN_MINOR=%%b"
)
if not defined OWN_MAJOR goto cached
if %OWN_MAJOR% GTR 3 goto own
if %OWN_MAJOR% EQU 3 if %OWN_MINOR% GEQ 8 goto own
goto cached

:own
call mvn.cmd %*
exit /b %ERRORLEVEL%

:cached
if defined MAVEN_USER_HOME (set "CACHE=%MAVEN_USER_HOME%\wrapper") else (set "CACHE=%USERPROFILE%\.m2\wrapper")
set "MAVEN_DIRECTORY=%CACHE%\apache-maven-%MAVEN_VERSION%"
if exist "%MAVEN_DIRECTORY%\bin\mvn.cmd" goto run

echo Fetching Apache Maven %MAVEN_VERSION% ... 1>&2
powershell -NoProfile -ExecutionPolicy Bypass -Command ^
    "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';" ^
    "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12;" ^
    "New-Item -ItemType Directory -Force $env:CACHE | Out-Null;" ^
    "$archive = Join-Path $env:CACHE ('fetch-' + $PID + '.zip');" ^
    "try {" ^
    "  Invoke-WebRequest -UseBasicParsing -OutFile $archive ($env:MAVEN_ARCHIVE + '/' + $env:MAVEN_VERSION + '/binaries/apache-maven-' + $env:MAVEN_VERSION + '-bin.zip');" ^
    "  if ((Get-FileHash -Algorithm SHA512 $archive).Hash -ne $env:MAVEN_SHA512) { throw 'The fetched Maven does not match its SHA-512 checksum; nothing was installed.' };" ^
    "  Expand-Archive -Force $archive $env:CACHE" ^
    "} finally { Remove-Item -Force -ErrorAction SilentlyContinue $archive }"
if errorlevel 1 exit /b 1

:run
call "%MAVEN_DIRECTORY%\bin\mvn.cmd" %*
exit /b %ERRORLEVEL%
