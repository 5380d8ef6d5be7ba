@echo off
rem Starts Koi on Windows. JAVA_HOME: the Java to use, 17 or newer; KOI_JAVA_OPTS: options for it.
setlocal
set "home=%~dp0.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
"%java%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms10m -Xmn4m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 -Xlog:disable %KOI_JAVA_OPTS% "-Dkoi.home=%home%" ^
  -cp "%home%\lib\*;%home%\lib\serve\*" dev.koi.cli.Main %*
exit /b %ERRORLEVEL%
