#pragma once

#include <libpq-fe.h>

#include <atomic>

namespace tradewind::postgres {

/// The function of libpq with this name. libpq is opened when the first is asked for: a program that works on
/// SQLite files alone does not need it, nor wait for it and for the twenty libraries that it brings. Throws
/// Error if it is not installed.
void* libpq_function(const char* name);

template <typename Signature>
class Late;

/// A function of libpq, looked up when it is first called. Any thread may call it.
template <typename Result, typename... Arguments>
class Late<Result(Arguments...)> {
 public:
  explicit constexpr Late(const char* name) : name_(name) {}

  Result operator()(Arguments... arguments) {
    void* found = found_.load(std::memory_order_acquire);
    if (found == nullptr) {
      found = libpq_function(name_);
      found_.store(found, std::memory_order_release);
    }
    return reinterpret_cast<Result (*)(Arguments...)>(found)(arguments...);
  }

 private:
  const char* name_;
  std::atomic<void*> found_ = nullptr;
};

// Within this namespace these stand before libpq's own declarations, whose names they have.
// NOLINTBEGIN(readability-identifier-naming)
inline constinit Late<decltype(::PQbackendPID)> PQbackendPID("PQbackendPID");
inline constinit Late<decltype(::PQcancel)> PQcancel("PQcancel");
inline constinit Late<decltype(::PQclear)> PQclear("PQclear");
inline constinit Late<decltype(::PQcmdStatus)> PQcmdStatus("PQcmdStatus");
inline constinit Late<decltype(::PQconndefaults)> PQconndefaults("PQconndefaults");
inline constinit Late<decltype(::PQconnectdbParams)> PQconnectdbParams("PQconnectdbParams");
inline constinit Late<decltype(::PQconninfo)> PQconninfo("PQconninfo");
inline constinit Late<decltype(::PQconninfoFree)> PQconninfoFree("PQconninfoFree");
inline constinit Late<decltype(::PQconninfoParse)> PQconninfoParse("PQconninfoParse");
inline constinit Late<decltype(::PQconsumeInput)> PQconsumeInput("PQconsumeInput");
inline constinit Late<decltype(::PQdb)> PQdb("PQdb");
inline constinit Late<decltype(::PQencryptPasswordConn)> PQencryptPasswordConn("PQencryptPasswordConn");
inline constinit Late<decltype(::PQenterPipelineMode)> PQenterPipelineMode("PQenterPipelineMode");
inline constinit Late<decltype(::PQerrorMessage)> PQerrorMessage("PQerrorMessage");
inline constinit Late<decltype(::PQexec)> PQexec("PQexec");
inline constinit Late<decltype(::PQexecParams)> PQexecParams("PQexecParams");
inline constinit Late<decltype(::PQexitPipelineMode)> PQexitPipelineMode("PQexitPipelineMode");
inline constinit Late<decltype(::PQfinish)> PQfinish("PQfinish");
inline constinit Late<decltype(::PQflush)> PQflush("PQflush");
inline constinit Late<decltype(::PQfreeCancel)> PQfreeCancel("PQfreeCancel");
inline constinit Late<decltype(::PQfreemem)> PQfreemem("PQfreemem");
inline constinit Late<decltype(::PQgetCancel)> PQgetCancel("PQgetCancel");
inline constinit Late<decltype(::PQgetResult)> PQgetResult("PQgetResult");
inline constinit Late<decltype(::PQgetisnull)> PQgetisnull("PQgetisnull");
inline constinit Late<decltype(::PQgetlength)> PQgetlength("PQgetlength");
inline constinit Late<decltype(::PQgetvalue)> PQgetvalue("PQgetvalue");
inline constinit Late<decltype(::PQhost)> PQhost("PQhost");
inline constinit Late<decltype(::PQhostaddr)> PQhostaddr("PQhostaddr");
inline constinit Late<decltype(::PQisBusy)> PQisBusy("PQisBusy");
inline constinit Late<decltype(::PQnfields)> PQnfields("PQnfields");
inline constinit Late<decltype(::PQntuples)> PQntuples("PQntuples");
inline constinit Late<decltype(::PQparameterStatus)> PQparameterStatus("PQparameterStatus");
inline constinit Late<decltype(::PQpass)> PQpass("PQpass");
inline constinit Late<decltype(::PQpipelineStatus)> PQpipelineStatus("PQpipelineStatus");
inline constinit Late<decltype(::PQpipelineSync)> PQpipelineSync("PQpipelineSync");
inline constinit Late<decltype(::PQport)> PQport("PQport");
inline constinit Late<decltype(::PQprepare)> PQprepare("PQprepare");
inline constinit Late<decltype(::PQputCopyData)> PQputCopyData("PQputCopyData");
inline constinit Late<decltype(::PQputCopyEnd)> PQputCopyEnd("PQputCopyEnd");
inline constinit Late<decltype(::PQresultErrorField)> PQresultErrorField("PQresultErrorField");
inline constinit Late<decltype(::PQresultErrorMessage)> PQresultErrorMessage("PQresultErrorMessage");
inline constinit Late<decltype(::PQresultStatus)> PQresultStatus("PQresultStatus");
inline constinit Late<decltype(::PQsendFlushRequest)> PQsendFlushRequest("PQsendFlushRequest");
inline constinit Late<decltype(::PQsendPrepare)> PQsendPrepare("PQsendPrepare");
inline constinit Late<decltype(::PQsendQuery)> PQsendQuery("PQsendQuery");
inline constinit Late<decltype(::PQsendQueryParams)> PQsendQueryParams("PQsendQueryParams");
inline constinit Late<decltype(::PQsendQueryPrepared)> PQsendQueryPrepared("PQsendQueryPrepared");
inline constinit Late<decltype(::PQserverVersion)> PQserverVersion("PQserverVersion");
inline constinit Late<decltype(::PQsetErrorVerbosity)> PQsetErrorVerbosity("PQsetErrorVerbosity");
inline constinit Late<decltype(::PQsetNoticeReceiver)> PQsetNoticeReceiver("PQsetNoticeReceiver");
inline constinit Late<decltype(::PQsetnonblocking)> PQsetnonblocking("PQsetnonblocking");
inline constinit Late<decltype(::PQsocket)> PQsocket("PQsocket");
inline constinit Late<decltype(::PQstatus)> PQstatus("PQstatus");
inline constinit Late<decltype(::PQtransactionStatus)> PQtransactionStatus("PQtransactionStatus");
// NOLINTEND(readability-identifier-naming)

}  // namespace tradewind::postgres
